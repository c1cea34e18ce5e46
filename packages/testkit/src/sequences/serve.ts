/** The child's side: performs each plan that it is sent, in a file system of its own. */
import type { FileState } from "../contract/model.js"
import type { PlainFileSystem } from "../edition.js"
import type { Outcome, Plan } from "./model.js"
import { decode, withoutBigints } from "./message.js"
import { performAll, type Waits } from "./perform.js"

/** What a child is sent. */
export interface Request {
  readonly plan: Plan
  /** The host's directory, which holds the tree if it is on a disk. */
  readonly root: string
}

/** What it answers. */
export type Response = { readonly outcome: Outcome } | { readonly failure: string }

/** A file system that is open for one plan. */
interface Serving {
  readonly fs: PlainFileSystem
  readonly close: () => Promise<void>
  /** The tree at the end, of a file system that has it to itself. */
  readonly files?: () => Promise<ReadonlyArray<FileState>>
}

interface Served {
  readonly open: (request: Request) => Promise<Serving>
  readonly waits?: Waits
}

const perform = async ({ open, waits = () => false }: Served, request: Request): Promise<Outcome> => {
  const { close, files, fs } = await open(request)
  const told = await performAll(request.plan.operations, fs, waits)
  // Whatever hangs would keep the file system from being closed.
  if (told.some((answer) => "hung" in answer)) return { told, files: [] }
  const left = await files?.() ?? []
  await close()
  return { told, files: left }
}

/** Performs a plan in this process, as a child would. */
export const performHere = async (open: Served["open"], plan: Plan): Promise<Outcome> => {
  const response = withoutBigints({ outcome: await perform({ open }, { plan, root: "/" }) })
  if ("failure" in response) throw new Error(response.failure)
  return response.outcome
}

/** Serves until the parent is gone. */
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
