/** Opens the root that a command works in. */
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { holdMounts, path as pathOfProcess } from "@procfsroot/node/ProcessRoot"
import { behind } from "@procfsroot/path/RootedPath"
import { quote, type ResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import { list } from "./containers/find.js"
import { holding, isGvisor, isStarting, pin, type Pinned, startTimeIn } from "./containers/pin.js"
import { select } from "./containers/select.js"
import { codeOf, Unusable, WrongUsage } from "./failure.js"
import { text, whole } from "./options.js"
import { rootOf, type UserNamespace, userNamespaceOf } from "./userNamespace.js"

/** The options that choose the root. */
export const whereOptions = {
  root: text("DIR", "The directory to use as /."),
  pid: whole("PID", "The root of a process, as /proc/PID/root shows it.", 1),
  container: text(
    "NAME",
    "The root of a container: its name, NAMESPACE/POD/CONTAINER, or at least the first 4 digits of its id."
  )
}

export interface WhereValues {
  readonly root: string | undefined
  readonly pid: number | undefined
  readonly container: string | undefined
}

/** What the root is opened for. */
export type Options = Parameters<typeof openRoot>[1]

/** An open root. */
export interface Opened extends OpenRoot {
  /** The process that it is the root of. Missing if it was opened as a directory. */
  readonly pid?: number
  /** The user namespace of the process. Missing as above. */
  readonly userNamespace?: UserNamespace | undefined
}

/** Gives a root that was opened through a descriptor the path that it has for the user, also in its errors. */
const named = (root: Opened, pid: number): Opened => {
  const path = pathOfProcess(pid)
  const rename = <A extends { readonly error?: ResolveFailure | undefined }>(result: A): A =>
    result.error === undefined ? result : { ...result, error: { ...result.error, root: path } }
  return {
    ...root,
    path,
    hostPath: (place) => behind(path, place),
    resolveAll: async (paths, options) => (await root.resolveAll(paths, options)).map(rename),
    explain: async (asked, options) => {
      const explanation = await root.explain(asked, options)
      return { ...explanation, result: rename(explanation.result) }
    }
  }
}

/** Opens the root of a pinned process so that it keeps its mounts until it is closed, as `openRoot` does by a PID. */
const openPinned = async ({ path, process }: Pinned, options: Options) => {
  const mounts = holdMounts(process)
  try {
    const opened = await openRoot(path, options)
    const close = () => opened.close().finally(() => mounts?.close())
    return { ...opened, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    mounts?.close()
    throw error
  }
}

interface Opening {
  readonly options: Options
  /** Whether files are created in it. */
  readonly isWritten: boolean
}

/** What has to be known of a process before its root is opened. `process` is its directory in procfs. */
const prepared = (process: string, { isWritten, options }: Opening) => {
  const userNamespace = userNamespaceOf(process)
  return { userNamespace, options: { ...options, createAs: isWritten ? rootOf(userNamespace) : undefined } }
}

const started = (pid: number, opening: Opening) =>
  holding(pid, async () => {
    const process = `/proc/${pid}`
    // First: if it is still the same when the root is open, the rest belongs to this process too.
    const startTime = await startTimeIn(process, pid)
    return { startTime, ...prepared(process, opening) }
  })

const openProcess = async (pid: number, opening: Opening): Promise<Opened> => {
  const [found] = await Promise.allSettled([started(pid, opening)])
  // If there is no such process, this says best why it cannot be opened.
  const root = await openRoot({ pid }, found.status === "fulfilled" ? found.value.options : opening.options)
  try {
    if (found.status === "rejected") throw found.reason
    const { startTime, userNamespace } = found.value
    await using _ = await pin({ pid, startTime })
    return { ...root, pid, userNamespace }
  } catch (error) {
    await root.close()
    throw error
  }
}

const starting = (name: string, pid: number): Unusable =>
  new Unusable(
    `The container ${quote(name)} still has the root of this machine, as while it starts: run the command again, ` +
      `or, if you want this root, use --pid ${pid}, or pid:${pid}:/PATH with cp.`
  )

const isolated = (name: string, pid: number): Unusable =>
  new Unusable(
    `The container ${quote(name)} runs in gVisor, which shows its files only to the programs in it: use its runtime, ` +
      `or, if you want the root of gVisor itself, use --pid ${pid}, or pid:${pid}:/PATH with cp.`
  )

/**
 * Opens the root of a container. The process is kept open meanwhile, so that no later process with the same PID is
 * opened instead.
 */
const openContainer = async (name: string, opening: Opening): Promise<Opened> => {
  const container = select(await list(), name)
  const { pid } = container
  await using pinned = await pin(container)
  // Asked before its root is opened: once a container has a root of its own, it keeps it.
  if (await isStarting(pid, pinned)) throw starting(name, pid)
  if (await isGvisor(pinned)) throw isolated(name, pid)
  return await holding(pid, async () => {
    const { options, userNamespace } = prepared(pinned.process, opening)
    return named({ ...await openPinned(pinned, options), pid, userNamespace }, pid)
  })
}

const NO_ROOT =
  "Which root? Give exactly one of --container NAME, --pid PID and --root DIR; \"procfsroot ps\" lists containers."

const open = async ({ container, pid, root }: WhereValues, opening: Opening): Promise<Opened> => {
  const said = [container, pid, root].filter((value) => value !== undefined)
  if (said.length !== 1) throw new WrongUsage(NO_ROOT)
  if (container !== undefined) return openContainer(container, opening)
  return pid === undefined ? openRoot(root ?? "", opening.options) : openProcess(pid, opening)
}

/** Opens the root. The caller has to close it. `isWritten`: files are created in it. */
export const openWhere = async (
  values: WhereValues,
  options: Options = {},
  isWritten = false
): Promise<Opened> => {
  try {
    return await open(values, { options, isWritten })
  } catch (error) {
    throw error instanceof Error && codeOf(error) !== undefined ? new Unusable(error.message) : error
  }
}
