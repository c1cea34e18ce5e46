/**
 * What the methods of every `FileSystem` of Effect and of every `RootDirectory` have in common, in every version of
 * Effect.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/method.js"

/**
 * The system call that Node makes first for each method, and that its errors name if the path does not resolve.
 *
 * @since 0.1.0
 * @category errors
 */
export const syscalls: typeof internal.syscalls = internal.syscalls

/**
 * A method of `FileSystem`, of `RootDirectory` or of an open file, or `resolve` for all methods of a `Root`.
 *
 * @since 0.1.0
 * @category models
 */
export type Method = internal.Method

/**
 * All of them.
 *
 * @since 0.1.0
 * @category constants
 */
export const methods: ReadonlyArray<Method> = internal.methods

/**
 * @since 0.1.0
 * @category models
 */
export interface TemporaryOptions {
  readonly directory?: string | undefined
  readonly prefix?: string | undefined
}

/**
 * The directory of something temporary, by default the file system's own, and the beginning of its name.
 *
 * @since 0.1.0
 * @category policies
 */
export const temporaryPrefix: (temporaryDirectory: string, options?: TemporaryOptions) => string =
  internal.temporaryPrefix
