/**
 * Reads the entries of an archive, one after the other, each with its content.
 *
 * Libraries for archives decode pax records as UTF-8 and keep only one of several records with the same name, so
 * extended attributes, names that are not UTF-8 and sparse files are lost. They read the map of a sparse file in the
 * old format of GNU tar as headers.
 */
import * as TarHeaders from "@procfsroot/node/TarHeaders"
import { Broken } from "./entry.js"
import type { Input } from "./input.js"

const { BLOCK, isHeader, isZero, padded } = TarHeaders

/** The pax records that are read in addition to names, times, owners and sizes. */
const records = /^(?:SCHILY\.xattr\..|SCHILY\.acl\.(?:access|default)$|GNU\.sparse\.(?:map|minor)$)/

/** The size of the longest extended headers that an entry can have, in bytes. */
const LONGEST = 1 << 22

/** The first bytes of compressed files, and the programs that decompress them. */
const compressed: ReadonlyArray<readonly [magic: string, program: string]> = [
  ["1f8b", "gunzip"],
  ["425a68", "bunzip2"],
  ["fd377a585a", "unxz"],
  ["28b52ffd", "unzstd"]
]

const LONGEST_MAGIC = 5

const notAnArchive = (start: Buffer): Broken => {
  const hex = start.toString("hex", 0, LONGEST_MAGIC)
  const found = compressed.find(([magic]) => hex.startsWith(magic))
  return new Broken(
    found === undefined
      ? "The input is not a tar archive."
      : `The archive is compressed: send it through ${found[1]} first.`
  )
}

const incomplete = (): Broken => new Broken("The archive ends too early: it is incomplete.")

/** Ends the archive at a header that is not valid, since it is not known where the next one begins. */
const understood = <A>(read: () => A): A => {
  try {
    return read()
  } catch (error) {
    const reason = typeof error === "object" && error !== null && "reason" in error ? error.reason : undefined
    if (typeof reason !== "string") throw error
    throw new Broken(`The archive cannot be read any further: ${reason}.`)
  }
}

export class ArchiveReader {
  readonly #input: Input
  readonly #headers = TarHeaders.make(records, LONGEST)
  /** How many bytes of content are left to read, and how much padding follows them. */
  #left = 0
  #padding = 0

  constructor(input: Input) {
    this.#input = input
  }

  /** Reads the next entry. The rest of the content of the last entry is skipped. */
  async next(): Promise<TarHeaders.Entry | undefined> {
    await this.#skip()
    for (;;) {
      const at = this.#input.position
      const block = await this.#block()
      if (block === undefined || isZero(block)) {
        if (at === 0 && block === undefined) throw new Broken("The standard input is empty, not an archive.")
        if (this.#headers.unused !== undefined) throw incomplete()
        await this.#input.drain()
        return undefined
      }
      if (at === 0 && !isHeader(block)) throw notAnArchive(block)
      const found = understood(() => this.#headers.read(block, at))
      if (typeof found !== "number") {
        this.#left = found.size
        this.#padding = padded(found.size) - found.size
        return found
      }
      if (!await this.#input.has(padded(found))) throw incomplete()
      const content = this.#input.take(padded(found)).subarray(0, found)
      understood(() => this.#headers.extend(block, at, content))
    }
  }

  /** Reads a block that follows the header and that the size of the entry does not include. */
  async extra(): Promise<Buffer> {
    return await this.#block() ?? this.#end()
  }

  /** How many bytes of the content are left to read. */
  get left(): number {
    return this.#left
  }

  /** Reads the next bytes of the content. */
  async take(length: number): Promise<Buffer> {
    if (!await this.#input.has(length)) throw incomplete()
    this.#left -= length
    return this.#input.take(length)
  }

  /** Reads the next bytes of the content in parts, as they become available. */
  async *parts(length: number): AsyncIterable<Buffer> {
    for (let left = length; left > 0;) {
      const part = await this.#input.some(left) ?? this.#end()
      left -= part.length
      this.#left -= part.length
      yield part
    }
  }

  async #block(): Promise<Buffer | undefined> {
    if (await this.#input.has(BLOCK)) return this.#input.take(BLOCK)
    if (this.#input.ready === 0) return undefined
    throw this.#input.position === 0 ? notAnArchive(this.#input.take(BLOCK)) : incomplete()
  }

  async #skip(): Promise<void> {
    for (let left = this.#left + this.#padding; left > 0;) {
      const part = await this.#input.some(left) ?? this.#end()
      left -= part.length
    }
    this.#left = 0
    this.#padding = 0
  }

  #end(): never {
    throw incomplete()
  }
}
