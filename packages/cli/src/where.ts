/** The root that a command works in. */
import { type OpenRoot, openRoot, type Process } from "@procfsroot/node/OpenRoot"
import { Unusable, WrongUsage } from "./failure.js"
import { text, whole } from "./options.js"

/** The options that say where. */
export const whereOptions = {
  root: text("DIR", "The directory that plays /."),
  pid: whole("PID", "The root of a process, as /proc/PID/root shows it.", 1)
}

export interface WhereValues {
  readonly root: string | undefined
  readonly pid: number | undefined
}

const rootOf = ({ pid, root }: WhereValues): string | Process => {
  if (root !== undefined && pid === undefined) return root
  if (root === undefined && pid !== undefined) return { pid }
  throw new WrongUsage("Exactly one of --root DIR and --pid PID is needed.")
}

/** Opens the root, which the caller closes. */
export const openWhere = async (
  values: WhereValues,
  options: Parameters<typeof openRoot>[1] = {}
): Promise<OpenRoot> => {
  const root = rootOf(values)
  try {
    return await openRoot(root, options)
  } catch (error) {
    throw error instanceof Error && "code" in error ? new Unusable(error.message) : error
  }
}

/** Runs a part of a command in the root, and closes it. */
export const inRoot = async (
  values: WhereValues,
  options: Parameters<typeof openRoot>[1],
  use: (root: OpenRoot) => Promise<void>
): Promise<void> => {
  const root = await openWhere(values, options)
  try {
    await use(root)
  } finally {
    await root.close()
  }
}
