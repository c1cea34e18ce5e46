/**
 * The file system inside a root, over any other file system that takes paths. It resolves a path in the root, and then
 * passes the resulting host path to the file system below. It cannot protect against others who rename files between
 * these two steps. It has no handles, so it needs its own `copy`, `remove` and recursive `makeDirectory`.
 *
 * The operations are generators. They yield calls of the file system below, as effects of the edition that runs them,
 * and are resumed with the results. They hold no resources, so an interrupted operation is simply dropped.
 *
 * @since 0.1.0
 */
import type * as Policy from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { BadArgument, Errno } from "./Errno.js"
import type { PathPolicy } from "./PathPolicy.js"
import type { ResolveFailure } from "./ResolveFailure.js"
import type { CopyOptions, Flag, RemoveOptions } from "./FileSystem.js"
import type { FileType } from "./Attributes.js"
import type { AccessMode } from "./InodeOperations.js"
import * as asks from "./internal/host/ask.js"
import * as lookups from "./internal/host/lookup.js"
import * as files from "./internal/host/openFile.js"
import * as operations from "./internal/host/operations.js"
import * as realPaths from "./internal/host/realPath.js"
import type { Change } from "./Watch.js"

/**
 * A call of the file system below. `yield*` returns its result.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ask<out A> {
  /** The effect that the edition runs. */
  readonly effect: unknown
  readonly [Symbol.iterator]: () => Iterator<Ask<unknown>, A, unknown>
}

/**
 * An operation as a generator. Its driver runs the effect of each `Ask`, and resumes the generator with the result: by
 * `next`, or if the effect fails, by `throw` with a `Failure`. The generator throws `Thrown`.
 *
 * @since 0.1.0
 * @category models
 */
export type Asking<A> = Generator<Ask<unknown>, A, unknown>

/**
 * Creates a call of the file system below from an effect of the edition.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ask = <A>(effect: unknown): Ask<A> => new asks.Ask<A>(effect)

/**
 * A failure of the file system below.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly _tag: "Failure"
  readonly error: unknown
  /** The errno that the error carries, as found by `Errno.inError`. */
  readonly errno: string | undefined
  /** The same errno. If the error carries no errno, the errno that stands for its reason. */
  readonly code: string | undefined
}

/**
 * Creates a failure from an error of the file system below. `code` is the errno to use if the error carries no errno.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failure = (error: unknown, code: string | undefined): Failure => new asks.Failure(error, code)

/**
 * The failures that an operation throws.
 *
 * @since 0.1.0
 * @category models
 */
export type Thrown = Failure | Errno | BadArgument

/**
 * Returns `true` if an operation threw this because it failed, and not because of a mistake in the code.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isThrown: (thrown: unknown) => thrown is Thrown = asks.isThrown

/**
 * The attributes of a file that the operations need.
 *
 * @since 0.1.0
 * @category models
 */
export interface Info {
  readonly type: FileType
  readonly mode: number
  readonly dev: bigint | number
  readonly ino: bigint | number | undefined
  readonly atime: Date | undefined
  readonly mtime: Date | undefined
}

/**
 * The calls that the operations make to the file system below. All paths are host paths.
 *
 * @since 0.1.0
 * @category models
 */
export interface HostFileSystem {
  readonly access: (path: string, mode: AccessMode) => Ask<void>
  readonly chmod: (path: string, mode: number) => Ask<void>
  readonly copyFile: (from: string, to: string) => Ask<void>
  /** Creates an empty file. */
  readonly createFile: (path: string) => Ask<void>
  /** Returns a name for a temporary file. */
  readonly fileName: Ask<string>
  readonly link: (from: string, to: string) => Ask<void>
  readonly makeDirectory: (path: string, mode: number | undefined) => Ask<void>
  /** Creates a directory in `directory` whose name begins with `prefix`, and returns its path. */
  readonly makeTempDirectory: (directory: string, prefix: string) => Ask<string>
  readonly readDirectory: (path: string) => Ask<ReadonlyArray<string>>
  readonly readLink: (path: string) => Ask<string>
  readonly realPath: (path: string) => Ask<string>
  readonly remove: (path: string, options: RemoveOptions) => Ask<void>
  readonly rename: (from: string, to: string) => Ask<void>
  readonly stat: (path: string) => Ask<Info>
  readonly symlink: (target: string, path: string) => Ask<void>
  readonly utimes: (path: string, atime: Date, mtime: Date) => Ask<void>
}

/**
 * The root that the operations resolve their paths in. Its methods never fail: if a path does not resolve, they return
 * the failure.
 *
 * @since 0.1.0
 * @category models
 */
export interface Root {
  readonly hostPath: (place: RootedPath) => string
  readonly resolve: (path: string, options: Policy.Options) => Ask<RootedPath | ResolveFailure>
  readonly locate: (path: string, options: Policy.Options) => Ask<{
    readonly deepest: RootedPath
    readonly remaining: string
    readonly error?: ResolveFailure
  }>
  readonly explain: (path: string, options: Policy.Options) => Ask<{
    readonly hops: ReadonlyArray<Walk.Hop>
    readonly result: RootedPath | ResolveFailure
  }>
}

/**
 * The options of `makeDirectory`.
 *
 * @since 0.1.0
 * @category models
 */
export interface MakeDirectoryOptions {
  readonly recursive?: boolean | undefined
  readonly mode?: number | undefined
}

/**
 * A temporary file, or a temporary directory, that was created.
 *
 * @since 0.1.0
 * @category models
 */
export interface Temporary {
  /** The path of the temporary file or directory. It begins with the directory as the caller passed it. */
  readonly path: string
  /** Removes the directory that was created, even if its path now leads to another file. */
  readonly remove: (options: RemoveOptions) => Asking<void>
}

/**
 * What the edition needs to watch a path with the file system below.
 *
 * @since 0.1.0
 * @category models
 */
export interface Watched {
  /** The path for the file system below to watch. */
  readonly hostPath: string
  /** Converts the host path of a change to a path inside the root. Returns `undefined` if it is outside the root. */
  readonly change: (change: Change) => Asking<Change | undefined>
}

/**
 * The operations. An operation that returns a host path only resolves the path. The edition then passes the host path
 * to the file system below.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operations {
  readonly access: (path: string) => Asking<string>
  readonly chmod: (path: string, mode: number) => Asking<string>
  readonly chown: (path: string, uid: number, gid: number) => Asking<string>
  readonly copy: (from: string, to: string, options?: CopyOptions) => Asking<void>
  readonly copyFile: (from: string, to: string) => Asking<void>
  readonly link: (from: string, to: string) => Asking<void>
  readonly lstat: (path: string) => Asking<string>
  readonly makeDirectory: (path: string, options?: MakeDirectoryOptions) => Asking<void>
  readonly makeTempDirectory: (prefix: string) => Asking<Temporary>
  readonly makeTempFile: (prefix: string, suffix: string) => Asking<Temporary>
  readonly open: (path: string, flag: Flag, mode?: number, noFollow?: boolean) => Asking<string>
  readonly readDirectory: (path: string, recursive: boolean) => Asking<ReadonlyArray<string>>
  readonly readDirectoryEntries: (path: string) => Asking<string>
  readonly readFile: (path: string) => Asking<string>
  readonly readLink: (path: string) => Asking<string>
  readonly realPath: (path: string) => Asking<RootedPath>
  readonly remove: (path: string, options?: RemoveOptions) => Asking<void>
  readonly rename: (from: string, to: string) => Asking<void>
  readonly stat: (path: string) => Asking<string>
  readonly symlink: (target: string, path: string) => Asking<void>
  /** The directory for temporary files, if the caller does not name a directory. The policy accepts this path. */
  readonly temporaryDirectory: string
  readonly truncate: (path: string, length: number) => Asking<string>
  readonly utimes: (path: string, atime: Date | number, mtime: Date | number) => Asking<string>
  readonly watch: (path: string, recursive?: boolean) => Asking<Watched>
}

/**
 * Creates the operations of a file system inside `root`, over the file system `host`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: Root, host: HostFileSystem, policy?: PathPolicy) => Operations = operations.make

/**
 * Checks the calls on an open file of the file system below. An edition calls the method of the same name before each
 * call. The method throws an `Errno` or a `BadArgument` if the call must not be made.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenFile {
  readonly isOpen: boolean
  readonly close: () => void
  /** Records the position that the file below reports after `seek`, if it reports one. */
  readonly sought: (position: unknown) => void
  readonly stat: () => void
  readonly sync: () => void
  readonly read: (position?: bigint) => void
  readonly readAlloc: (size: number, position?: bigint) => void
  readonly truncate: (length: number) => void
  readonly write: () => void
}

/**
 * Creates the checks for an open file of the file system below that was opened with this flag.
 *
 * @since 0.1.0
 * @category constructors
 */
export const openFile = (flag: Flag): OpenFile => new files.OpenFile(flag)

/**
 * A function that answers a lookup. It does not throw failures, but returns them as a `Fault`.
 *
 * @since 0.1.0
 * @category lookups
 */
export type Lookup = (request: Pick<Walk.Lookup<string>, "directory" | "name">) => Asking<Walk.Entry<string>>

/**
 * Creates a function that looks up names with `readLink` and `stat`. The handle of a directory is its path without
 * trailing slashes.
 *
 * @since 0.1.0
 * @category lookups
 */
export const lookup: (host: Pick<HostFileSystem, "readLink" | "stat">) => Lookup = lookups.lookup

/**
 * Walks `path` from the directory whose handle is `root`. Looks up each name at most once, even if links lead through the
 * same directory several times.
 *
 * @since 0.1.0
 * @category lookups
 */
export const walk: (
  root: string,
  path: string,
  lookup: Lookup,
  policy: Policy.Policy
) => Asking<Walk.Outcome<string>> = lookups.walk

/**
 * Walks the next path of a batch.
 *
 * @since 0.1.0
 * @category lookups
 */
export type WalkNext = (path: string, policy: Policy.Policy) => Asking<Walk.Outcome<string>>

/**
 * Like `walk`, for many paths. Remembers up to `limit` lookups from one path to the next, and then starts over.
 *
 * @since 0.1.0
 * @category lookups
 */
export const batch: (root: string, lookup: Lookup, limit: number) => WalkNext = lookups.batch

/**
 * Resolves `path` with a single call of `realPath`, if there is no link on the way. If there is a link, it returns
 * `undefined`, and `walk` has to resolve the path.
 *
 * @since 0.1.0
 * @category lookups
 */
export type ByRealPath = (path: string, policy: Policy.Policy) => Asking<RootedPath | undefined>

/**
 * Tests whether `realPath` of the file system below can be used for paths in `root`, a path without trailing slashes.
 * It can be used if it returns exactly `root` for `root/.`, and fails for a file that does not exist. Returns
 * `undefined` if it cannot be used.
 *
 * @since 0.1.0
 * @category lookups
 */
export const byRealPath: (host: Pick<HostFileSystem, "realPath">, root: string) => Asking<ByRealPath | undefined> =
  realPaths.byRealPath
