/**
 * The journal of a file system in memory: each operation with its paths, its outcome, and the number of bytes it read
 * and wrote.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/memory/journal.js"

/**
 * An operation that a program started.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation {
  /** The method that was called. */
  readonly method: string
  /**
   * The path as it was passed. For a method of an open file, this is the current path of the file in its root, or its
   * last path if it was removed.
   */
  readonly path: string
  /** The second path of `copy`, `copyFile`, `link`, `rename` and `symlink`. */
  readonly to?: string
  /** The path of the root that the paths are in, if this is not the root of the whole tree. */
  readonly root?: string
  /**
   * How the operation ended. `defect` means that it failed with a value that is not an error of a file system. An atomic
   * write in pieces is `interrupted` if it is given up, for example because the stream with the content fails.
   */
  readonly outcome: "pending" | "ok" | "failed" | "interrupted" | "defect"
  /** The errno or Node's own error code, if the operation failed. */
  readonly code?: string
  /** The number of bytes that it read from files. */
  readonly read?: number
  /** The number of bytes that it wrote to files. */
  readonly written?: number
  /** The number of the fiber that called it. Fibers are numbered from 0, in the order of their first calls. */
  readonly fiber?: number
}

/**
 * The fields that a test expects an operation to have. Missing fields may have any value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Expected extends Partial<Operation> {}

/**
 * Formats the operations as text, one per line.
 *
 * @example
 * import * as MemoryJournal from "@procfsroot/vfs/MemoryJournal"
 *
 * MemoryJournal.format([{ method: "readFile", path: "/etc/motd", outcome: "ok", read: 6 }]) // 'readFile "/etc/motd": ok, 6 bytes read'
 *
 * @since 0.1.0
 * @category conversions
 */
export const format: (operations: ReadonlyArray<Operation>) => string = internal.format

/**
 * Throws an `Error` with a line-by-line diff unless the operations are exactly the expected ones, in the same order.
 *
 * @since 0.1.0
 * @category checks
 */
export const check: (operations: ReadonlyArray<Operation>, expected: ReadonlyArray<Expected>) => void = internal.check
