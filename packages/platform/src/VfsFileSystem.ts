/**
 * Makes a `FileSystem` and a `RootDirectory` from a file system of `@procfsroot/vfs`: its programs become effects, and
 * its failures `PlatformError`s.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { BadArgument, Errno } from "@procfsroot/vfs/Errno"
import type * as Vfs from "@procfsroot/vfs/FileSystem"
import type * as MethodError from "@procfsroot/vfs/MethodError"
import type { Program } from "@procfsroot/vfs/Program"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as internal from "./internal/adapter/fileSystem.js"
import * as rootDirectory from "./internal/adapter/rootDirectory.js"
import * as errors from "./internal/fileSystemError.js"
import * as program from "./internal/adapter/program.js"
import type { Root } from "./Root.js"
import type { RootDirectory, SubRootOptions } from "./RootDirectory.js"

/**
 * What the error of an operation shows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failing extends MethodError.Failing {}

/**
 * An operation to run, from a method of `FileSystem` or of an open file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation<F, A> extends Failing {
  /** The method of `FileSystem` or of an open file. Errors of `@effect/platform-node` use other names for some. */
  readonly operation: string
  /** The system call that the operation begins with. */
  readonly syscall: string
  readonly texts: ReadonlyArray<string>
  /** Those of the texts that are paths. */
  readonly places: ReadonlyArray<string>
  /** The open file, if the operation belongs to one. */
  readonly opened: F | undefined
  readonly begin: () => Program<A>
}

/**
 * The file system, and how its operations are run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Backend<F> {
  readonly fileSystem: Vfs.WaitingFileSystem<F>
  /** Runs each operation instead of `run`: may do something before it, or fail instead of it. */
  readonly around?: <A>(
    operation: Operation<F, A>,
    failed: (thrown: unknown) => Effect.Effect<never, PlatformError>
  ) => Effect.Effect<A, PlatformError>
  /** The error for a failed system call, or for an argument that was refused. */
  readonly errorOf: (operation: Failing, failure: Errno | BadArgument) => PlatformError
  /** The number of an open file, negative if it has none; then `openDescriptor` is ENOTSUP. */
  readonly descriptorOf: (file: F) => number
  /** A file system that works until the scope ends, for temporary files and watches, which may outlive the layer. */
  readonly retain: (
    method: string,
    prefix: string
  ) => Effect.Effect<Vfs.WaitingFileSystem<F>, PlatformError, Scope.Scope>
}

/**
 * A directory that was opened as a root of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubRoot {
  readonly services: Context.Context<FileSystem | Root | RootDirectory>
  /** Called once. */
  readonly close: () => void
}

/**
 * Opens the directory at a path of the file system as a root of its own. What it throws becomes an error like that of
 * any other operation. The policy of the new root must be at least as strict (`PathPolicy.strictest`).
 *
 * @since 0.1.0
 * @category models
 */
export type OpenSubRoot = (path: string, options: SubRootOptions) => SubRoot | Program<SubRoot>

/**
 * The error for a failure inside a root, with the `ResolveError` as cause if a path did not resolve.
 *
 * @since 0.1.0
 * @category conversions
 */
export const errorOf: Backend<never>["errorOf"] = errors.errorOf

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: <F>(backend: Backend<F>) => FileSystem = internal.make

/**
 * @since 0.1.0
 * @category constructors
 */
export const makeRootDirectory: <F>(backend: Backend<F>, openSubRoot: OpenSubRoot) => RootDirectory = rootDirectory.make

/**
 * Runs a program as an effect. When the effect is interrupted, the program ends and releases everything before the
 * fiber continues. No interruption is lost between the start of the program and the wait for its end.
 *
 * @since 0.1.0
 * @category running
 */
export const run: <A, E>(
  begin: () => Program<A>,
  failed: (thrown: unknown) => Effect.Effect<never, E>
) => Effect.Effect<A, E> = program.run
