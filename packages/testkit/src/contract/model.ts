/**
 * The types of the contract suite. A `Case` is one call of one method. A `Backend` is the file system that is called. A
 * `Report` is its answer, and how it changed the tree.
 */
import type { NewerMethods, PlainFile, PlainFileSystem } from "../edition.js"
import type { Operation } from "../sequences/model.js"

/** Methods that only newer editions have. */
export type NewerMethod = Exclude<keyof NewerMethods, "readAt">

/** All methods that are tested. */
export type Method = Exclude<keyof PlainFileSystem, "newer"> | NewerMethod

/** The arguments, except what is written to a sink and the receiver of events. */
type Arguments<M extends Method> = M extends "sink" ?
  readonly [path: string, options?: Parameters<PlainFileSystem["sink"]>[1]]
  : M extends "watch" ? readonly [path: string, options?: Parameters<PlainFileSystem["watch"]>[1]]
  : M extends NewerMethod ? Parameters<NewerMethods[M]>
  : M extends Exclude<keyof PlainFileSystem, "newer"> ? Parameters<PlainFileSystem[M]>
  : never

/** One operation of an open file: a method, or the end of its scope. */
export type Step =
  | { readonly [M in "stat" | "sync"]: readonly [method: M] }["stat" | "sync"]
  | {
    readonly [M in "seek" | "readAlloc" | "truncate"]: readonly [method: M, ...args: Parameters<PlainFile[M]>]
  }["seek" | "readAlloc" | "truncate"]
  | readonly [method: "read", length: number]
  /** Only in newer editions. */
  | readonly [method: "readAt", length: number, position: bigint]
  | readonly [method: "write" | "writeAll", text: string]
  | readonly [method: "close"]

/** A method and the arguments to call it with. */
export type Call =
  & { readonly [M in Method]: { readonly method: M; readonly args: Arguments<M> } }[Method]
  & {
    /** The operations of an opened file. Without them, the file is read, written and described. */
    readonly steps?: ReadonlyArray<Step>
    /** The chunks that are written to a sink. */
    readonly chunks?: ReadonlyArray<string>
  }

export type TreeName = "standard" | "chains" | "bare"

export type Case = Call & {
  /** Identifies the case in messages, and is the same in every run. */
  readonly id: string
  readonly tree: TreeName
}

/** A file of a tree to create. */
export interface FileSpec {
  /** Absolute in the root. The parents of a file come before it. */
  readonly path: string
  readonly type: FileState["type"]
  readonly mode: number
  readonly content?: string
  /** The text of a link. */
  readonly target?: string
  /** The path of an earlier file, if this is another name of it. */
  readonly sameAs?: string
  /** The owner, if it is not the user who creates it. */
  readonly uid?: number
  readonly gid?: number
  /** Seconds since 1970. */
  readonly mtime?: number
}

/** The state of a file after a case. */
export interface FileState {
  /** Absolute in the root. A file outside has a prefix, as in `outside:/secret`. */
  readonly path: string
  readonly type: "File" | "Directory" | "SymbolicLink" | "FIFO"
  /** The permission bits. Those of a link do not matter. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly content?: string
  readonly target?: string
  /** Like an inode number: the same for two names of one file. */
  readonly identity: unknown
  /** Milliseconds since 1970. */
  readonly mtime: number
}

/** One tree, in which cases run one after the other. */
export interface World {
  /** A directory of the host that no answer may contain. */
  readonly base?: string
  readonly run: <A>(use: (fs: PlainFileSystem) => Promise<A>) => Promise<A>
  /** All files, inside the root and outside. */
  readonly files: () => ReadonlyArray<FileState> | Promise<ReadonlyArray<FileState>>
  /** Whether a file may have changed since the last call, if that is known without listing all files. */
  readonly changed?: () => boolean
  readonly dispose: () => Promise<void>
}

/** A file system to test. */
export interface Backend {
  readonly name: string
  readonly world: (tree: ReadonlyArray<FileSpec>) => Promise<World>
  /** Whether its file systems have the newer methods. If not, these are not tested. */
  readonly newer: boolean
  /** Where the backend cannot do what the kernel does, or does something else on purpose. */
  readonly differences: ReadonlyArray<Difference>
}

/** Cases in which a backend answers differently, or which are not asked at all, and why. */
export interface Difference {
  readonly reason: string
  readonly applies: (testCase: Case) => boolean
  /** The expected report instead of the judge's. Without it, the cases are not asked. */
  readonly expected?: (testCase: Case, judge: Report) => Report
  /** Operations that the sequences leave out for the same reason. */
  readonly operations?: (operation: Operation) => boolean
  /** The names of questions that are left out for the same reason. */
  readonly questions?: (name: string) => boolean
}

export type Answer =
  | { readonly ok: unknown }
  | { readonly error: ErrorAnswer }
  /** It never answered. */
  | { readonly hung: true }
  /** It died, or failed with an undocumented error. */
  | { readonly defect: string }

/** The content of a `PlainFailure`. */
export interface ErrorAnswer {
  readonly tag: string
  readonly reason?: string
  /** The errno, from the `code` of the error's cause. */
  readonly code?: string
  readonly path?: string
  /** The method that the error names. Only set in sequences. */
  readonly says?: string
  readonly syscall?: string
  /** The path where the operation failed, from the cause. Only set in sequences, and not compared. */
  readonly at?: string
}

export interface Report {
  readonly answer: Answer
  /** How the tree has changed, one line per file: `- before`, `+ after`. */
  readonly changes: ReadonlyArray<string>
  /** Where the answer contains the directory on the host, which is always a bug. */
  readonly leaks: ReadonlyArray<string>
}
