/**
 * What happened in a file system in memory: each operation with its paths, how it ended, and how many bytes it moved.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/memory/journal.js"

/**
 * An operation that was begun.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation {
  /** The method that was called. */
  readonly method: string
  /** The path as it was passed; for an open file, where that is in its root, or was last. */
  readonly path: string
  /** The second path of `copy`, `copyFile`, `link`, `rename` and `symlink`. */
  readonly to?: string
  /** The root that the paths are in, if that is a root further down. */
  readonly root?: string
  /** `defect`: it failed with something that is not an error of a file system. */
  readonly outcome: "pending" | "ok" | "failed" | "interrupted" | "defect"
  /** The errno, or the code of Node's refusal, if it failed. */
  readonly code?: string
  /** How many bytes of files it has read. */
  readonly read?: number
  /** How many bytes it has written to files. */
  readonly written?: number
  /** The fiber that called it, counted from 0 in the order in which fibers first call something. */
  readonly fiber?: number
}

/**
 * What a test expects of an operation. Fields that are missing may have any value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Expected extends Partial<Operation> {}

/**
 * The operations as text for people, one on each line.
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
 * Throws an `Error` that shows the difference, line by line, unless the operations are as expected: the same number, in
 * the same order.
 *
 * @since 0.1.0
 * @category checks
 */
export const check: (operations: ReadonlyArray<Operation>, expected: ReadonlyArray<Expected>) => void = internal.check
