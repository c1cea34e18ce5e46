/**
 * The interface of an edition for the shared suites, with promises and plain data. It does not use Effect, so that each
 * edition type-checks its adapter with its own version of Effect. An adapter that lacks a method does not compile.
 *
 * The interface has two parts, since the package for all platforms must not import the one for Node.
 */
import type { Difference } from "./contract/model.js"
import type { PlainFileSystem } from "./edition/fileSystem.js"
import type { PlainRoot } from "./edition/root.js"
import type { PlainRootDirectory } from "./edition/rootDirectory.js"

export { type FailureFields, PlainFailure } from "./edition/failure.js"
export type {
  FileType,
  NewerMethods,
  OpenFlag,
  OpenOptions,
  PlainEntryOfDirectory,
  PlainFile,
  PlainFileSystem,
  PlainInfo,
  PlainTemporary,
  PlainWatch,
  WatchEvent
} from "./edition/fileSystem.js"
export type {
  BatchOptions,
  PlainExplanation,
  PlainLocation,
  PlainResolveError,
  PlainResult,
  PlainRoot,
  ResolveOptions
} from "./edition/root.js"
export type {
  PlainDescriptor,
  PlainExactInfo,
  PlainNode,
  PlainRootDirectory,
  PlainTreeEntry,
  SubRootOptions
} from "./edition/rootDirectory.js"

interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: Date
}

/** A file of a tree in memory. All editions create it with the same constructors. */
export type PlainEntry =
  | Attributes & { readonly type: "File"; readonly content: string | Uint8Array }
  | Attributes & { readonly type: "Directory" }
  | Omit<Attributes, "mode"> & { readonly type: "SymbolicLink"; readonly target: string }
  | Attributes & { readonly type: "FIFO" | "Socket" }
  | Attributes & { readonly type: "CharacterDevice" | "BlockDevice"; readonly major: number; readonly minor: number }
  | { readonly type: "HardLink"; readonly of: string }

export interface PlainTree extends Readonly<Record<string, string | Uint8Array | PlainEntry>> {}

export interface PlainFault {
  readonly path?: string | RegExp | ((path: string) => boolean)
  readonly method?: string | ReadonlyArray<string>
  readonly step?: string | ReadonlyArray<string>
  readonly nth?: number
  readonly from?: number
  readonly to?: number
  readonly every?: number
  readonly probability?: number
  readonly seed?: number
  /** The name of an errno. */
  readonly code?: string
  /** Milliseconds, measured by the clock of the edition, which is the real one here. */
  readonly delay?: number
  readonly short?: number
  readonly hang?: true
  readonly defect?: unknown
  readonly withoutCause?: boolean
}

export interface PlainLimits {
  readonly freeBytes?: number
  readonly freeInodes?: number
  readonly openFiles?: number
  readonly readOnly?: boolean
}

export interface PlainOperation {
  readonly method: string
  readonly path: string
  readonly to?: string
  readonly root?: string
  readonly outcome: "pending" | "ok" | "failed" | "interrupted" | "defect"
  readonly code?: string
  readonly read?: number
  readonly written?: number
  readonly fiber?: number
}

/** How a file system resolves its paths. */
export interface PathPolicy {
  readonly containment?: "clamp" | "reject" | "beneath"
  readonly symlinks?: "follow" | "forbid"
  readonly mounts?: "cross" | "forbid"
  readonly from?: string
  readonly maxSymlinks?: number
}

export interface MemoryOptions {
  readonly user?: { readonly uid: number; readonly gid: number; readonly groups?: ReadonlyArray<number> }
  readonly faults?: ReadonlyArray<PlainFault>
  readonly limits?: PlainLimits
  readonly protected?: { readonly symlinks?: 0 | 1; readonly regular?: 0 | 1 | 2; readonly fifos?: 0 | 1 | 2 }
  readonly crashes?: boolean
}

/** A root that is open until `close` is called. */
export interface OpenRoot {
  readonly root: PlainRoot
  readonly close: () => Promise<void>
}

/** A file system and the root that it works in. */
export interface OpenFileSystem extends OpenRoot {
  readonly fs: PlainFileSystem
  /** The other operations of its root. Absent if the file system has no handles. */
  readonly directory?: PlainRootDirectory
}

/** A file system in memory. */
export interface OpenTree extends OpenFileSystem {
  readonly snapshot: () => Promise<Readonly<Record<string, PlainEntry>>>
  readonly syncAll: () => Promise<void>
  readonly crash: (options?: { readonly seed?: number }) => Promise<Readonly<Record<string, PlainEntry>>>
  readonly crashes: (
    options?: { readonly limit?: number }
  ) => Promise<ReadonlyArray<Readonly<Record<string, PlainEntry>>>>
}

/** A file system in memory with faults. */
export interface OpenMemory extends OpenTree {
  readonly operations: () => Promise<ReadonlyArray<PlainOperation>>
  readonly inject: (faults: ReadonlyArray<PlainFault>) => Promise<void>
  readonly report: () => Promise<ReadonlyArray<{ readonly matched: number; readonly struck: number }>>
  readonly assertAllStruck: () => Promise<void>
  readonly expectOperations: (
    expected: ReadonlyArray<Partial<PlainOperation>>,
    where?: (operation: PlainOperation) => boolean
  ) => Promise<void>
  readonly limit: (limits: PlainLimits) => Promise<void>
}

/** The file system of an archive. */
export interface OpenArchive extends OpenFileSystem {
  /** Entries of the archive that the file system leaves out. */
  readonly skipped: ReadonlyArray<unknown>
}

/** Properties of all file systems of an edition. */
export interface Traits {
  readonly name: string
  /** Whether they have the methods that only newer editions have. If not, these are not tested. */
  readonly newer: boolean
  /** Where they answer differently from the judge. */
  readonly differences: ReadonlyArray<Difference>
}

/** The file systems in memory of an edition. */
export interface MemoryEdition extends Traits {
  readonly memory: (tree: PlainTree, options?: Omit<MemoryOptions, "faults">) => Promise<OpenTree>
}

/** The file systems of an edition on every platform. Each method rejects if its layer cannot be built. */
export interface PortableEdition extends Traits {
  readonly memory: (tree: PlainTree, options?: MemoryOptions & PathPolicy) => Promise<OpenMemory>
  /** `RootFileSystem` and `Root` over the file system for Node of this edition. */
  readonly rootFileSystem: (path: string, policy?: PathPolicy) => Promise<OpenFileSystem>
}

export interface NodeFileSystemOptions {
  readonly strategy: "kernel" | "walk"
  readonly readOnly?: boolean
  readonly offMainThread?: boolean
}

export interface NodeRootOptions {
  readonly strategy: "kernel" | "walk"
  readonly offMainThread?: boolean
}

/** The roots on a disk of an edition. */
export interface RootEdition extends Traits {
  readonly node: (path: string, options: NodeFileSystemOptions) => Promise<OpenFileSystem>
  readonly nodeRoot: (path: string, options: NodeRootOptions) => Promise<OpenRoot>
  /** The file system of a process. */
  readonly wormhole: (pid: number) => Promise<OpenFileSystem>
}

/** The roots on a disk of an edition whose file systems take policies. */
export interface PolicyEdition extends RootEdition {
  readonly node: (path: string, options: NodeFileSystemOptions & PathPolicy) => Promise<OpenFileSystem>
  readonly wormhole: (pid: number, options?: Partial<NodeFileSystemOptions> & PathPolicy) => Promise<OpenFileSystem>
}

/** The file systems of an edition on Node. */
export interface NodeEdition extends PolicyEdition {
  readonly archive: (file: string) => Promise<OpenArchive>
}
