/**
 * The types of the random sequences. A `Plan` is a tree, and operations that run in it one after the other. A `Subject`
 * is a file system that performs them. An `Outcome` is the answer to each operation, and the tree at the end.
 */
import type { Answer, Call, FileSpec, FileState } from "../contract/model.js"
import type { OpenOptions } from "../edition.js"

/** Opens a file, which has a number and stays open until the plan ends. */
export interface OpenSlot {
  readonly method: "open slot"
  readonly args: readonly [slot: number, path: string, options: OpenOptions]
}

/** An operation of a file that an `OpenSlot` has opened. It is skipped if that failed. */
export type FileCall =
  & { readonly method: "file" }
  & (
    | { readonly args: readonly [slot: number, does: "stat" | "sync"] }
    | {
      readonly args: readonly [slot: number, does: "read" | "readAlloc", size: number]
    }
    | { readonly args: readonly [slot: number, does: "write" | "writeAll", text: string] }
    | {
      readonly args: readonly [slot: number, does: "truncate", length: number | undefined]
    }
    | { readonly args: readonly [slot: number, does: "seek", offset: number, from: "start" | "current"] }
  )

export type Operation = Call | OpenSlot | FileCall

export interface Plan {
  /** The first one is the root directory, `/`. */
  readonly tree: ReadonlyArray<FileSpec>
  readonly operations: ReadonlyArray<Operation>
}

/** The answer to an operation. `skipped` if the oracle would wait for ever, or does not have that file open. */
export type OperationAnswer = Answer | { readonly skipped: true }

export interface Outcome {
  /** An answer for each operation, except those after one that hung. */
  readonly answers: ReadonlyArray<OperationAnswer>
  readonly files: ReadonlyArray<FileState>
}

/** The user who performs a plan and owns its tree. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** A file system that performs plans in its own process. */
export interface Subject {
  readonly perform: (plan: Plan) => Promise<Outcome>
  readonly dispose: () => Promise<void>
}
