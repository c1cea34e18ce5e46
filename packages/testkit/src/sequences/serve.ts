/** The child's side: performs each plan that it is sent, in a file system of its own. */
import type { FileSystem } from "@effect/platform/FileSystem"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type { FileState } from "../contract/model.js"
import type { Outcome, Plan } from "./model.js"
import { performAll, type Waits } from "./perform.js"

/** What a child is sent. */
export interface Request {
  readonly plan: Plan
  /** The host's directory, which holds the tree if it is on a disk. */
  readonly root: string
}

/** What it answers. */
export type Response = { readonly outcome: Outcome } | { readonly failure: string }

interface Served<R> {
  /** A file system for the request; its scope is one plan. */
  readonly layer: (request: Request) => Layer.Layer<FileSystem | R, unknown>
  /** The tree at the end, of a file system that has it to itself. */
  readonly files?: (runtime: ManagedRuntime.ManagedRuntime<FileSystem | R, unknown>) => ReadonlyArray<FileState>
  readonly waits?: Waits
}

const perform = async <R>({ files, layer, waits = () => false }: Served<R>, request: Request): Promise<Outcome> => {
  const runtime = ManagedRuntime.make(layer(request))
  const told = await performAll(request.plan.operations, runtime, waits)
  // Whatever hangs would keep the file system from being closed.
  if (told.some((answer) => "hung" in answer)) return { told, files: [] }
  const left = files?.(runtime) ?? []
  await runtime.dispose()
  return { told, files: left }
}

/** Serves until the parent is gone. */
export const serve = <R = never>(served: Served<R>): void => {
  process.umask(0o022)
  const respond = (response: Response) => process.send?.(response)
  process.on("message", (request: Request) => {
    perform(served, request).then(
      (outcome) => respond({ outcome }),
      (error: unknown) => respond({ failure: error instanceof Error ? error.stack ?? error.message : String(error) })
    )
  })
  process.send?.("ready")
}
