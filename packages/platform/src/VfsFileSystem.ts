/**
 * Makes a `FileSystem` of a file system of `@procfsroot/vfs`: its programs become effects, its failures `PlatformError`s.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import type * as Vfs from "@procfsroot/vfs/FileSystem"
import type { Program } from "@procfsroot/vfs/Program"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as internal from "./internal/adapter/fileSystem.js"
import * as program from "./internal/adapter/program.js"

/**
 * One operation that is about to be done, by a method of `FileSystem` or of an open file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation<F, A> {
  /** As errors name it. */
  readonly method: string
  /** The method of `FileSystem` or of an open file; errors of `@effect/platform-node` name some otherwise. */
  readonly operation: string
  /** The path as asked, or the descriptor of an open file. */
  readonly subject: string | number
  /** The system call that the operation begins with. */
  readonly syscall: string
  /** The arguments that are text. */
  readonly texts: ReadonlyArray<string>
  /** Those of them that name places. */
  readonly places: ReadonlyArray<string>
  /** Where the file was when it was opened, if the operation is an open file's. */
  readonly opened: F | undefined
  readonly begin: () => Program<A>
}

/**
 * How the operations are done.
 *
 * @since 0.1.0
 * @category models
 */
export interface Backend<F> {
  readonly fileSystem: Vfs.FileSystem<F>
  readonly perform: <A>(operation: Operation<F, A>) => Effect.Effect<A, PlatformError>
  /** The number of an open file. */
  readonly descriptorOf: (file: F) => number
  /** A file system that works until the scope ends, for what outlives the layer: temporary files and watches. */
  readonly retain: (method: string, prefix: string) => Effect.Effect<Vfs.FileSystem<F>, PlatformError, Scope.Scope>
  /** What a failure after the beginning is: that of a watch. */
  readonly failed: (
    operation: Pick<Operation<F, unknown>, "method" | "subject">,
    thrown: unknown
  ) => PlatformError | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: <F>(backend: Backend<F>) => FileSystem = internal.make

/**
 * Runs a program as an effect. An interrupted program is at its end, and holds nothing, before its fiber goes on; an
 * interruption cannot get lost between the beginning of the program and the wait for its end.
 *
 * @since 0.1.0
 * @category running
 */
export const run: <A, E>(
  begin: () => Program<A>,
  failed: (thrown: unknown) => Effect.Effect<never, E>
) => Effect.Effect<A, E> = program.run
