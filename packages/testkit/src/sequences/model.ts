/**
 * The words of the judge of sequences. A `Plan` is a tree and what is done to it, one operation after the other; a
 * `Subject` is a file system that does it; an `Outcome` is what each operation came to, and the tree at the end.
 */
import type { Answer, Call, FileSpec, FileState } from "../contract/model.js"
import type { OpenOptions } from "../edition.js"

/** Opens a file that stays open until the plan ends, under a number. */
export interface OpenSlot {
  readonly method: "open slot"
  readonly args: readonly [slot: number, path: string, options: OpenOptions]
}

/** What is asked of a file that an `OpenSlot` opened; nothing is asked if that failed. */
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
  /** The root's own directory, `/`, is the first. */
  readonly tree: ReadonlyArray<FileSpec>
  readonly operations: ReadonlyArray<Operation>
}

/** What an operation came to; `skipped` if the oracle would wait for ever, or has no such file open. */
export type Told = Answer | { readonly skipped: true }

export interface Outcome {
  /** An answer for each operation, but for those after one that hung. */
  readonly told: ReadonlyArray<Told>
  readonly files: ReadonlyArray<FileState>
}

/** The user that performs a plan, and makes its tree. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** A file system that performs plans, in a process of its own. */
export interface Subject {
  readonly perform: (plan: Plan) => Promise<Outcome>
  readonly dispose: () => Promise<void>
}
