/**
 * The methods of Effect's `FileSystem` and of `RootDirectory`, which are the same in every version of Effect.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/method.js"

/**
 * The first system call that Node makes for each method. Errors name it if the path does not resolve.
 *
 * @since 0.1.0
 * @category errors
 */
export const syscalls: typeof internal.syscalls = internal.syscalls

/**
 * The name of a method of `FileSystem` or `RootDirectory`, or of an open file (`read`, `readAlloc`, `write`,
 * `writeAll`, `truncate`, `stat`, `sync`, `close`). `resolve` stands for all methods of a `Root`.
 *
 * @since 0.1.0
 * @category models
 */
export type Method = internal.Method

/**
 * The names of all methods.
 *
 * @since 0.1.0
 * @category constants
 */
export const methods: ReadonlyArray<Method> = internal.methods

/**
 * The options of the methods that create temporary files and directories.
 *
 * @since 0.1.0
 * @category models
 */
export interface TemporaryOptions {
  readonly directory?: string | undefined
  readonly prefix?: string | undefined
}

/**
 * Returns the beginning of the path of a temporary file or directory: the directory and the prefix of the name. The
 * directory is by default `temporaryDirectory`.
 *
 * @since 0.1.0
 * @category policies
 */
export const temporaryPrefix: (temporaryDirectory: string, options?: TemporaryOptions) => string =
  internal.temporaryPrefix
