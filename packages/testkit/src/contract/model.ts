/**
 * The words of the contract suite. A `Case` is one call of one method; a `Backend` is what it is made of; a `Report` is
 * what it answered and what it did to the tree.
 */
import type { NewerMethods, PlainFile, PlainFileSystem } from "../edition.js"
import type { Operation } from "../sequences/model.js"

/** Methods that only newer editions have, asked of those. */
export type NewerMethod = Exclude<keyof NewerMethods, "readAt">

/** All methods that are asked. */
export type Method = Exclude<keyof PlainFileSystem, "newer"> | NewerMethod

/** What runs into a sink, and who receives events, is not part of a case. */
type Arguments<M extends Method> = M extends "sink" ?
  readonly [path: string, options?: Parameters<PlainFileSystem["sink"]>[1]]
  : M extends "watch" ? readonly [path: string, options?: Parameters<PlainFileSystem["watch"]>[1]]
  : M extends NewerMethod ? Parameters<NewerMethods[M]>
  : M extends Exclude<keyof PlainFileSystem, "newer"> ? Parameters<PlainFileSystem[M]>
  : never

/** One thing that is done with an open file: a method of it, or the end of its scope. */
export type Step =
  | { readonly [M in "stat" | "sync"]: readonly [method: M] }["stat" | "sync"]
  | {
    readonly [M in "seek" | "readAlloc" | "truncate"]: readonly [method: M, ...args: Parameters<PlainFile[M]>]
  }["seek" | "readAlloc" | "truncate"]
  | readonly [method: "read", length: number]
  /** Of newer editions. */
  | readonly [method: "readAt", length: number, position: bigint]
  | readonly [method: "write" | "writeAll", text: string]
  | readonly [method: "close"]

/** A method and the arguments to call it with. */
export type Call =
  & { readonly [M in Method]: { readonly method: M; readonly args: Arguments<M> } }[Method]
  & {
    /** What is done with a file that is opened; without it, a little of everything. */
    readonly steps?: ReadonlyArray<Step>
    /** What runs into a sink. */
    readonly chunks?: ReadonlyArray<string>
  }

export type TreeName = "standard" | "chains" | "bare"

export type Case = Call & {
  /** Tells the case in messages, and is the same in every run. */
  readonly id: string
  readonly tree: TreeName
}

/** A file of a tree that is to be made. */
export interface FileSpec {
  /** Absolute in the root; the parents of a file come before it. */
  readonly path: string
  readonly type: FileState["type"]
  readonly mode: number
  readonly content?: string
  /** The text of a link. */
  readonly target?: string
  /** The path of a file before it, of which this is another name. */
  readonly sameAs?: string
  /** Its owner, if that is not the user who makes it. */
  readonly uid?: number
  readonly gid?: number
  /** Seconds since 1970. */
  readonly mtime?: number
}

/** A file of a tree as a case left it. */
export interface FileState {
  /** Absolute in the root; a file outside it begins with something else, such as `outside:/secret`. */
  readonly path: string
  readonly type: "File" | "Directory" | "SymbolicLink" | "FIFO"
  /** The permission bits; of no interest for a link. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly content?: string
  readonly target?: string
  /** The same for two names of one file, as an inode number is. */
  readonly identity: unknown
  /** Milliseconds since 1970. */
  readonly mtime: number
}

/** One tree, on which cases run one after the other. */
export interface World {
  /** A directory of the host that no answer may name. */
  readonly base?: string
  readonly run: <A>(use: (fs: PlainFileSystem) => Promise<A>) => Promise<A>
  /** Every file there is, inside the root and outside. */
  readonly files: () => ReadonlyArray<FileState> | Promise<ReadonlyArray<FileState>>
  readonly dispose: () => Promise<void>
}

/** A file system to be judged. */
export interface Backend {
  readonly name: string
  readonly world: (tree: ReadonlyArray<FileSpec>) => Promise<World>
  /** Whether its file systems have the newer methods; those that have not are not asked for them. */
  readonly newer: boolean
  /** Where the backend cannot, or will not, do as the kernel does. */
  readonly differences: ReadonlyArray<Difference>
}

/** What has another answer from a backend, or is not asked at all, and why. */
export interface Difference {
  readonly reason: string
  readonly applies: (testCase: Case) => boolean
  /** What is expected instead of the judge's report; without it, the cases are not asked. */
  readonly expected?: (testCase: Case, judge: Report) => Report
  /** Operations that the judge of sequences does not ask for the same reason. */
  readonly operations?: (operation: Operation) => boolean
  /** Questions that are not asked for the same reason, by their names. */
  readonly questions?: (name: string) => boolean
}

export type Answer =
  | { readonly ok: unknown }
  | { readonly error: ErrorAnswer }
  /** It never answered. */
  | { readonly hung: true }
  /** It died, or failed with an undocumented error. */
  | { readonly defect: string }

/** What a `PlainFailure` tells. */
export interface ErrorAnswer {
  readonly tag: string
  readonly reason?: string
  /** The errno, out of the `code` of the error's cause. */
  readonly code?: string
  readonly path?: string
  /** The method that the error names; told by the judge of sequences only. */
  readonly says?: string
  readonly syscall?: string
  /** What it failed on, from the cause; reported by the same judge, and not compared. */
  readonly at?: string
}

export interface Report {
  readonly answer: Answer
  /** What became of the tree, one line per file: `- before`, `+ after`. */
  readonly changes: ReadonlyArray<string>
  /** Where the answer named the host's directory: always a fault. */
  readonly leaks: ReadonlyArray<string>
}
