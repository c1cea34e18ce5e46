/**
 * The file system inside a root over any other file system, which takes paths and no handles. It resolves a path in the
 * root, and then passes the result to the file system below: check, then use. Therefore it has its own `copy`, `remove`
 * and recursive `makeDirectory`, and no protection against others who rename files at the same time.
 *
 * The operations are programs that ask: generators that yield calls of the file system below, as effects of the edition
 * that runs them, and are resumed with the results. They hold nothing, so an interrupted program is simply dropped.
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
import type { AccessMode, Change, FileType } from "./InodeOperations.js"
import * as asks from "./internal/host/ask.js"
import * as lookups from "./internal/host/lookup.js"
import * as files from "./internal/host/openFile.js"
import * as operations from "./internal/host/operations.js"
import * as realPaths from "./internal/host/realPath.js"

/**
 * A call of the file system below. `yield*` returns its result.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ask<out A> {
  /** What the edition runs. */
  readonly effect: unknown
  readonly [Symbol.iterator]: () => Iterator<Ask<unknown>, A, unknown>
}

/**
 * A program. Its driver runs the effect of each `Ask`, and resumes the program with the result: by `next`, or if the
 * effect fails, by `throw` with a `Failure`. The program throws `Thrown`.
 *
 * @since 0.1.0
 * @category models
 */
export type Asking<A> = Generator<Ask<unknown>, A, unknown>

/**
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
  /** The errno that the error carries (`Errno.inError`). */
  readonly errno: string | undefined
  /** The errno, or if there is none, the one that the error maps to. */
  readonly code: string | undefined
}

/**
 * `code` is the errno that the error stands for if it carries none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failure = (error: unknown, code: string | undefined): Failure => new asks.Failure(error, code)

/**
 * What a program throws.
 *
 * @since 0.1.0
 * @category models
 */
export type Thrown = Failure | Errno | BadArgument

/**
 * Whether a program threw this because it failed, and not because of a mistake in the code.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isThrown: (thrown: unknown) => thrown is Thrown = asks.isThrown

/**
 * What the operations need to know of a file.
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
 * The calls of the file system below, which takes host paths.
 *
 * @since 0.1.0
 * @category models
 */
export interface HostFileSystem {
  readonly access: (path: string, mode: AccessMode) => Ask<void>
  readonly chmod: (path: string, mode: number) => Ask<void>
  readonly copyFile: (from: string, to: string) => Ask<void>
  /** Makes an empty file. */
  readonly createFile: (path: string) => Ask<void>
  /** A name for a temporary file. */
  readonly fileName: Ask<string>
  readonly link: (from: string, to: string) => Ask<void>
  readonly makeDirectory: (path: string, mode: number | undefined) => Ask<void>
  /** Makes a directory in `directory` whose name begins with `prefix`, and returns its path. */
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
 * The root of the operations. Nothing fails: if a path does not resolve, that is a result.
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
 * @since 0.1.0
 * @category models
 */
export interface MakeDirectoryOptions {
  readonly recursive?: boolean | undefined
  readonly mode?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Temporary {
  /** In the directory as the caller gave it. */
  readonly path: string
  /** Removes the directory that was made, even if its path leads elsewhere by now. */
  readonly remove: (options: RemoveOptions) => Asking<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Watched {
  /** What the file system below is to watch. */
  readonly hostPath: string
  /** The change with a path of the root; none for a path outside it. */
  readonly change: (change: Change) => Asking<Change | undefined>
}

/**
 * The operations. Those that return a host path leave the rest to the file system below.
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
  /** Where temporary files are made unless another directory is given: a path that the policy takes. */
  readonly temporaryDirectory: string
  readonly truncate: (path: string, length: number) => Asking<string>
  readonly utimes: (path: string, atime: Date | number, mtime: Date | number) => Asking<string>
  readonly watch: (path: string) => Asking<Watched>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: Root, host: HostFileSystem, policy?: PathPolicy) => Operations = operations.make

/**
 * An open file of the file system below. Before each of its calls, the method of the same name is called, which throws
 * an `Errno` or a `BadArgument` if that must not be made.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenFile {
  readonly isOpen: boolean
  readonly close: () => void
  /** The position that the file below has after `seek`, if it reports one. */
  readonly sought: (position: unknown) => void
  readonly stat: () => void
  readonly sync: () => void
  readonly read: (position?: bigint) => void
  readonly readAlloc: (size: number, position?: bigint) => void
  readonly truncate: (length: number) => void
  readonly write: () => void
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const openFile = (flag: Flag): OpenFile => new files.OpenFile(flag)

/**
 * Answers a lookup from its `directory` and `name`. A failure is the `Fault` of an entry.
 *
 * @since 0.1.0
 * @category lookups
 */
export type Lookup = (request: Pick<Walk.Lookup<string>, "directory" | "name">) => Asking<Walk.Entry<string>>

/**
 * Looks up names by `readLink` and `stat`. The handle of a directory is its path without slashes at its end.
 *
 * @since 0.1.0
 * @category lookups
 */
export const lookup: (host: Pick<HostFileSystem, "readLink" | "stat">) => Lookup = lookups.lookup

/**
 * Remembers up to `limit` answers of `lookup`, by the text of the place.
 *
 * @since 0.1.0
 * @category lookups
 */
export const caching: (lookup: Lookup, limit: number) => Lookup = lookups.caching

/**
 * Walks `path` from the directory whose handle is `root`.
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
 * The place that `path` leads to, if one call of `realPath` proves that no link is on the way. Otherwise `undefined`:
 * `walk` finds it.
 *
 * @since 0.1.0
 * @category lookups
 */
export type ByRealPath = (path: string, policy: Policy.Policy) => Asking<RootedPath | undefined>

/**
 * Finds out whether `realPath` of the file system below can be used for paths in `root`, a path without slashes at its
 * end: whether it makes a real path of one that is not, and that of the root is one. `undefined` if it cannot.
 *
 * @since 0.1.0
 * @category lookups
 */
export const byRealPath: (host: Pick<HostFileSystem, "realPath">, root: string) => Asking<ByRealPath | undefined> =
  realPaths.byRealPath
