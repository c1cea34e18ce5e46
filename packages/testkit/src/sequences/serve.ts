/** The side of the child: performs each plan that it receives, in a new file system. */
import type { FileState } from "../contract/model.js"
import type { PlainFileSystem } from "../edition.js"
import type { Outcome, Plan } from "./model.js"
import { decode, withoutBigints } from "./message.js"
import { performAll, type Waits } from "./perform.js"

/** The request to a child. */
export interface Request {
  readonly plan: Plan
  /** The directory on the host that contains the tree, if it is on a disk. */
  readonly root: string
}

/** The response of a child. */
export type Response = { readonly outcome: Outcome } | { readonly failure: string }

/** A file system that is open for one plan. */
interface Serving {
  readonly fs: PlainFileSystem
  readonly close: () => Promise<void>
  /** The tree at the end, if only the file system itself can read it. */
  readonly files?: () => Promise<ReadonlyArray<FileState>>
}

interface Served {
  readonly open: (request: Request) => Promise<Serving>
  readonly waits?: Waits
}

const perform = async ({ open, waits = () => false }: Served, request: Request): Promise<Outcome> => {
  const { close, files, fs } = await open(request)
  const answers = await performAll(request.plan.operations, fs, waits)
  // An operation that hangs would also make `close` hang.
  if (answers.some((answer) => "hung" in answer)) return { answers, files: [] }
  const left = await files?.() ?? []
  await close()
  return { answers, files: left }
}

/** Performs a plan in this process, like a child. */
export const performHere = async (open: Served["open"], plan: Plan): Promise<Outcome> => {
  const response = withoutBigints({ outcome: await perform({ open }, { plan, root: "/" }) })
  if ("failure" in response) throw new Error(response.failure)
  return response.outcome
}

/** Serves requests until the parent exits. */
export const serve = (served: Served): void => {
  process.umask(0o022)
  const respond = (response: Response) => process.send?.(withoutBigints(response))
  process.on("message", (request: string) => {
    perform(served, decode(request)).then(
      (outcome) => respond({ outcome }),
      (error: unknown) => respond({ failure: error instanceof Error ? error.stack ?? error.message : String(error) })
    )
  })
  process.send?.("ready")
}
