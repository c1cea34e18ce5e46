/**
 * Creates a `FileSystem` and a `RootDirectory` of Effect from a file system of `@procfsroot/vfs`. Its programs become
 * effects, and its failures `PlatformError`s.
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
 * The method that failed, and what it was called with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failing extends MethodError.Failing {}

/**
 * An operation to run, which a method of `FileSystem` or of an open file stands for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation<F, A> extends Failing {
  /**
   * The name of the method of `FileSystem` or of the open file. For some methods, errors of `@effect/platform-node` use
   * other names.
   */
  readonly operation: string
  /** The first system call of the operation. */
  readonly syscall: string
  readonly texts: ReadonlyArray<string>
  /** The texts that are paths. */
  readonly places: ReadonlyArray<string>
  /** The open file, if the operation is a method of one. */
  readonly opened: F | undefined
  readonly begin: () => Program<A>
}

/**
 * A file system, and how to run its operations.
 *
 * @since 0.1.0
 * @category models
 */
export interface Backend<F> {
  readonly fileSystem: Vfs.WaitingFileSystem<F>
  /** Runs each operation instead of `run`. It may do something before the operation, or fail instead of running it. */
  readonly around?: <A>(
    operation: Operation<F, A>,
    failed: (thrown: unknown) => Effect.Effect<never, PlatformError>
  ) => Effect.Effect<A, PlatformError>
  /** Creates the error for a failed system call, or for an argument that was refused. */
  readonly errorOf: (operation: Failing, failure: Errno | BadArgument) => PlatformError
  /** Returns the descriptor of an open file. If it is negative, `openDescriptor` fails with ENOTSUP. */
  readonly descriptorOf: (file: F) => number
  /**
   * Returns a file system that works until the scope ends, for temporary files and watches, which may outlive the
   * layer.
   */
  readonly retain: (
    method: string,
    prefix: string
  ) => Effect.Effect<Vfs.WaitingFileSystem<F>, PlatformError, Scope.Scope>
}

/**
 * A directory that was opened as a root.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubRoot {
  readonly services: Context.Context<FileSystem | Root | RootDirectory>
  /** Closes the root. It is called once. */
  readonly close: () => void
}

/**
 * Opens a directory of the file system as a root. A failure that it throws becomes an error, as for any other
 * operation. The policy of the new root must be at least as strict (`PathPolicy.strictest`).
 *
 * @since 0.1.0
 * @category models
 */
export type OpenSubRoot = (path: string, options: SubRootOptions) => SubRoot | Program<SubRoot>

/**
 * Creates the error for a failure inside a root. Its cause is the `ResolveError` if a path did not resolve.
 *
 * @since 0.1.0
 * @category conversions
 */
export const errorOf: Backend<never>["errorOf"] = errors.errorOf

/**
 * Creates a `FileSystem` of Effect from a file system of `@procfsroot/vfs`.
 *
 * @example
 * import { VfsFileSystem } from "@procfsroot/platform"
 * import { FileSystem } from "@procfsroot/vfs"
 * import * as Effect from "effect/Effect"
 *
 * const fromVfs = <F>(files: FileSystem.FileSystem<F>) => {
 *   const fileSystem = FileSystem.waiting(files)
 *   return VfsFileSystem.make({
 *     fileSystem,
 *     errorOf: VfsFileSystem.errorOf,
 *     descriptorOf: () => -1, // its open files have no descriptors
 *     retain: () => Effect.succeed(fileSystem) // it is never closed
 *   })
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <F>(backend: Backend<F>) => FileSystem = internal.make

/**
 * Creates a `RootDirectory` from a file system of `@procfsroot/vfs`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeRootDirectory: <F>(backend: Backend<F>, openSubRoot: OpenSubRoot) => RootDirectory = rootDirectory.make

/**
 * Runs a program as an effect. If the effect is interrupted, the program ends and releases all its resources before the
 * fiber continues. This also holds for an interruption right after the program has started.
 *
 * @since 0.1.0
 * @category running
 */
export const run: <A, E>(
  begin: () => Program<A>,
  failed: (thrown: unknown) => Effect.Effect<never, E>
) => Effect.Effect<A, E> = program.run
