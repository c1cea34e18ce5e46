/**
 * Parses the headers of a tar archive in the format of V7, ustar, pax or GNU tar, for programs that read an archive as
 * a stream. The program passes it blocks of 512 bytes and the contents of extended headers. To use an archive that is a
 * file, see `Tar`.
 *
 * Names that are not valid UTF-8 are in the form of `SurrogateEscape`. The values of pax records are bytes.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/tar/headers.js"
import * as numbers from "./internal/tar/numbers.js"

/**
 * An entry of an archive, with what its headers say.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = internal.Entry

/**
 * Parses the headers of one archive, one after the other. Its methods throw `Unavailable` of `Root` if a header is
 * damaged.
 *
 * @since 0.1.0
 * @category models
 */
export interface TarHeaders {
  /** The position of the first extended header whose entry has not been read yet. */
  readonly unused: number | undefined
  /**
   * Parses a header, the block at position `at` of the archive. Returns the entry. For an extended header, it returns
   * the number of bytes of its content.
   *
   * The content comes next. Before the content of a sparse file of GNU tar (type `S`), its map can continue in further
   * blocks. There is one if byte 482 of the header is not 0, and another one as long as byte 504 of the last one is not
   * 0.
   */
  readonly read: (block: Buffer, at: number) => Entry | number
  /** Parses the content of the extended header at position `at` of the archive. */
  readonly extend: (block: Buffer, at: number, content: Buffer) => void
}

/**
 * Creates a parser. It keeps the pax records that every entry needs, and those whose names match `wanted`. It throws if
 * the extended headers of an entry have more than `longest` bytes together.
 *
 * @example
 * import { TarHeaders, TarIndex } from "@procfsroot/node"
 *
 * const indexOf = (archive: Buffer) => {
 *   const headers = TarHeaders.make(/^SCHILY\.xattr\./, 1 << 20)
 *   const index = TarIndex.make(50_000)
 *   let at = 0
 *   while (at < archive.length) {
 *     const block = archive.subarray(at, at + TarHeaders.BLOCK)
 *     if (TarHeaders.isZero(block)) break
 *     const next = headers.read(block, at)
 *     let start = at + TarHeaders.BLOCK
 *     if (typeof next === "number") {
 *       headers.extend(block, at, archive.subarray(start, start + next))
 *       at = TarHeaders.padded(start + next)
 *       continue
 *     }
 *     index.add(next)
 *     for (let more = next.type === "S" && block[482] !== 0; more; start += TarHeaders.BLOCK) {
 *       more = archive[start + 504] !== 0
 *     }
 *     at = TarHeaders.padded(start + next.size)
 *   }
 *   if (headers.unused !== undefined || at > archive.length) throw new Error("the archive is truncated")
 *   return index
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (wanted: RegExp, longest: number): TarHeaders => new internal.Headers(wanted, longest)

/**
 * The size of a header in bytes. Contents are padded to a multiple of it.
 *
 * @since 0.1.0
 * @category constants
 */
export const BLOCK: number = internal.BLOCK

/**
 * Rounds a number of bytes up to a multiple of `BLOCK`.
 *
 * @since 0.1.0
 * @category constants
 */
export const padded: (end: number) => number = internal.padded

/**
 * Returns `true` if a block contains only zeros, which marks the end of an archive.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isZero: (block: Buffer) => boolean = internal.isZero

/**
 * Returns `true` if a block is a header, with a correct checksum.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isHeader: (block: Buffer) => boolean = internal.hasChecksum

/**
 * Returns the number in a field of a header, in octal digits or in base 256. Returns `undefined` if it is neither.
 *
 * @since 0.1.0
 * @category getters
 */
export const numberIn: (block: Buffer, start: number, length: number) => number | undefined = numbers.numberIn
