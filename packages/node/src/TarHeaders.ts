/**
 * The headers of a tar archive in the format of V7, ustar, pax or GNU tar, for programs that read an archive as a stream.
 * It reads nothing itself: it takes blocks of 512 bytes and the contents of extended headers. `Tar` is the file system in
 * an archive that is a file.
 *
 * Names are in the form of `SurrogateEscape`, and the values of pax records are bytes.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/tar/headers.js"

/**
 * An entry of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = internal.Entry

/**
 * Understands the headers of one archive, one after the other. Its methods throw `Unavailable` of `Root` if a header is damaged.
 *
 * @since 0.1.0
 * @category models
 */
export interface TarHeaders {
  /** Where the extended headers begin whose entry has not come yet. */
  readonly unused: number | undefined
  /** The entry whose header is the block at `at`. If it is an extended header, the number of bytes that follow it. */
  readonly read: (block: Buffer, at: number) => Entry | number
  /** Takes the content of the extended header at `at`. */
  readonly extend: (block: Buffer, at: number, content: Buffer) => void
}

/**
 * Keeps the pax records whose names match `wanted`, besides those that every entry needs. All extended headers of an
 * entry have at most `longest` bytes.
 *
 * @example
 * import { TarHeaders } from "@procfsroot/node"
 *
 * TarHeaders.make(/^SCHILY\.xattr\./, 1 << 20)
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (wanted: RegExp, longest: number): TarHeaders => new internal.Headers(wanted, longest)

/**
 * The size of a header. Contents are padded to a multiple of it.
 *
 * @since 0.1.0
 * @category constants
 */
export const BLOCK: number = internal.BLOCK

/**
 * Rounds up to a multiple of `BLOCK`.
 *
 * @since 0.1.0
 * @category constants
 */
export const padded: (end: number) => number = internal.padded

/**
 * Whether a block has nothing but zeros, with which an archive ends.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isZero: (block: Buffer) => boolean = internal.isZero

/**
 * Whether a block is a header.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isHeader: (block: Buffer) => boolean = internal.hasChecksum

/**
 * The number in a field of a header, in octal digits or in base 256; `undefined` if it is neither.
 *
 * @since 0.1.0
 * @category getters
 */
export const numberIn: (block: Buffer, start: number, length: number) => number | undefined = internal.numberIn
