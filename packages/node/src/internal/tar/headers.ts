/// <reference types="node" preserve="true" />
/**
 * Reads the headers of an archive: V7, ustar and pax ("pax" in IEEE Std 1003.1), and GNU's long names (`tar(5)`).
 *
 * It does not use a library. The available libraries read the contents of all files, and do not report offsets. They
 * decode names and extended attributes as UTF-8, which loses other bytes. If a record is repeated, as in a sparse file
 * of GNU tar, they keep only one.
 */
import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { type Program, turn } from "@procfsroot/vfs/Program"
import { unavailable } from "../unavailable.js"
import { decimalIn, isId, nanoseconds, numberIn, roundedIn, timeOf } from "./numbers.js"

/**
 * An entry of an archive, and where its content is.
 *
 * @internal
 */
export interface Entry {
  /** The type in the header; `0` is a file. */
  readonly type: string
  readonly name: string
  /** The target of a symbolic link, or the existing name for a hard link. */
  readonly link: string
  /** Permission bits. */
  readonly mode: number
  /** `NaN` if it is not a number that a user can have. */
  readonly uid: number
  /** `NaN` if it is not a number that a group can have. */
  readonly gid: number
  /** In nanoseconds since the epoch, rounded down. */
  readonly mtimeNs: bigint
  readonly atimeNs: bigint
  /** Whether its times are numbers. Otherwise they are 0. */
  readonly hasTimes: boolean
  readonly size: number
  /** Where the content begins in the archive. */
  readonly offset: number
  readonly rdev: number
  /** Whether it is a sparse file in one of the formats of GNU tar. */
  readonly sparse: boolean
  /** The requested pax records, by their names in latin1: those of the entry itself, and of `g` headers before it. */
  readonly records: ReadonlyMap<string, Buffer>
  /** The values of `GNU.sparse.offset` and `GNU.sparse.numbytes`, which are repeated for each part of a file. */
  readonly parts: ReadonlyArray<string>
  /** The header itself, 512 bytes. */
  readonly block: Buffer
}

/**
 * Returns the `length` bytes that start at `at`, which must exist. They are valid until the next call.
 *
 * @internal
 */
export type Read = (at: number, length: number) => Program<Buffer>

/**
 * The size of a header. Contents are padded to a multiple of it.
 *
 * @internal
 */
export const BLOCK = 512

/** The longest extended header that is accepted. */
const LONGEST = 1 << 20

const refuse = (reason: string): never => {
  throw unavailable("EINVAL", reason)
}

const damaged = (at: number): never => refuse(`the header at byte ${at} of the archive is damaged`)

const truncated = (at: number): never => refuse(`the archive ends within the entry at byte ${at}: it is truncated`)

/** The bytes at which compressed archives are recognized. */
const magics: ReadonlyArray<readonly [magic: ReadonlyArray<number>, name: string]> = [
  [[0x1f, 0x8b], "gzip"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz"],
  [[0x42, 0x5a, 0x68], "bzip2"]
]

const notAnArchive = (beginning: Buffer): never => {
  const compressed = magics.find(([magic]) => magic.every((byte, index) => beginning[index] === byte))
  return refuse(
    compressed === undefined
      ? "it is not a tar archive"
      : `it is compressed with ${compressed[1]}; decompress it first, since its files are read at their offsets`
  )
}

const zeros = Buffer.alloc(8 * BLOCK)

/** @internal */
export const isZero = (bytes: Buffer): boolean => bytes.equals(zeros.subarray(0, bytes.length))

const CHECKSUM = 148
const CHECKSUM_LENGTH = 8
const SPACE = 32

/**
 * Whether the checksum of a header is correct. Some old programs compute the sum of signed bytes.
 *
 * @internal
 */
export const hasChecksum = (block: Buffer): boolean => {
  let unsigned = SPACE * CHECKSUM_LENGTH
  let negative = 0
  for (let index = 0; index < BLOCK; index++) {
    if (index === CHECKSUM) index += CHECKSUM_LENGTH
    const byte = block[index] ?? 0
    unsigned += byte
    if (byte > 127) negative += 256
  }
  const told = Number.parseInt(block.toString("latin1", CHECKSUM, CHECKSUM + CHECKSUM_LENGTH), 8)
  return told === unsigned || told === unsigned - negative
}

/** The bytes before the first NUL. */
const cut = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** The pax records that are always used. */
const used = /^(?:path|linkpath|size|uid|gid|mtime|atime|GNU\.sparse\.(?:name|major|size|realsize))$/

type Records = Map<string, Buffer>

/** Reads a sequence of `<length> <key>=<value>\n`. It ends at a NUL, since some programs fill the rest with zeros. */
const readRecords = (bytes: Buffer, at: number, add: (key: string, value: Buffer) => void): void => {
  for (let start = 0; start < bytes.length && bytes[start] !== 0;) {
    const space = bytes.indexOf(" ", start)
    const digits = bytes.toString("latin1", start, Math.max(start, space))
    const end = start + Number(digits)
    const equals = bytes.indexOf("=", start)
    if (!/^\d+$/.test(digits) || equals < space || equals >= end || bytes[end - 1] !== 0x0a) {
      damaged(at)
    }
    const key = bytes.toString("latin1", space + 1, equals)
    add(key, bytes.subarray(equals + 1, end - 1))
    start = end
  }
}

/** The content of the extended headers before an entry, which belong to the entry. */
interface Before {
  /** Where the first of them begins. */
  readonly at?: number
  /** The records of `x` headers, which override those of `g` headers. */
  readonly records: Records
  readonly parts: Array<string>
  /** How many bytes they have together. */
  length: number
  name?: Buffer
  link?: Buffer
}

const nothing = (): Before => ({ records: new Map(), parts: [], length: 0 })

const typeOf = (block: Buffer): string => block.toString("latin1", 156, 157).replace("\0", "0")

/** @internal */
export const padded = (end: number): number => Math.ceil(end / BLOCK) * BLOCK

/**
 * Decodes at most one byte more than a path may have (`PATH_MAX` counts the NUL): this is enough to reject
 * a longer one.
 */
const textOf = (bytes: Buffer): string => SurrogateEscape.decode(bytes.subarray(0, 4096))

/** Types without content, even if a header has a size. */
const withoutContent = "123456"

type Texts = WeakMap<Buffer, string>

const entryOf = (block: Buffer, at: number, before: Before, globals: Records, texts: Texts): Entry => {
  // A record without a value cancels an earlier one.
  const record = (key: string): Buffer | undefined => {
    const value = before.records.get(key) ?? globals.get(key)
    return value === undefined || value.length === 0 ? undefined : value
  }
  const told = (key: string): string | undefined => record(key)?.toString("latin1")
  const number = (start: number, length: number, key: string): number => {
    const text = told(key)
    const value = text === undefined ? numberIn(block, start, length) : decimalIn(text)
    return value === undefined || !Number.isFinite(value) ? damaged(at) : value
  }
  // A number that no user has is a problem of this entry, not of the archive.
  const id = (start: number, key: string): number => {
    const text = told(key)
    const value = text === undefined ? roundedIn(block, start, 8) : decimalIn(text)
    return isId(value) ? value : Number.NaN
  }
  // The same is true of its times.
  const time = (key: string, otherwise: bigint | undefined): bigint | undefined => {
    const text = told(key)
    return text === undefined ? otherwise : timeOf(text)
  }
  const text = (bytes: Buffer): string => texts.get(bytes) ?? textOf(bytes)
  const field = (start: number, length: number): Buffer => cut(block.subarray(start, start + length))
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0"
  // In archives of `star`, the last bytes of the prefix are times.
  const isStar = block.toString("latin1", 508, 512) === "tar\0"
  const prefix = isUstar ? field(345, isStar ? 131 : 155) : Buffer.alloc(0)
  const short = field(0, 100)
  const name = record("GNU.sparse.name") ?? record("path") ?? before.name ??
    (prefix.length === 0 ? short : Buffer.concat([prefix, Buffer.from("/"), short]))
  const type = typeOf(block)
  const seconds = roundedIn(block, 136, 12)
  const mtimeNs = time("mtime", seconds === undefined ? undefined : nanoseconds(seconds))
  const atimeNs = time("atime", mtimeNs)
  const size = number(124, 12, "size")
  if (!Number.isSafeInteger(size) || size < 0) damaged(at)
  return {
    // V7 has no type for directories, and like GNU tar, this does not expect a slash after the name of any file.
    type: (type === "0" || type === "7") && name.at(-1) === SLASH ? "5" : type,
    name: text(name),
    link: text(record("linkpath") ?? before.link ?? field(157, 100)),
    mode: number(100, 8, "") & 0o7777,
    uid: id(108, "uid"),
    gid: id(116, "gid"),
    mtimeNs: mtimeNs ?? 0n,
    atimeNs: atimeNs ?? 0n,
    hasTimes: mtimeNs !== undefined && atimeNs !== undefined,
    size: withoutContent.includes(type) ? 0 : size,
    offset: at + BLOCK,
    rdev: type === "3" || type === "4" ? DeviceNumber.make(number(329, 8, ""), number(337, 8, "")) : 0,
    sparse: type === "S" || [...before.records.keys()].some((key) => key.startsWith("GNU.sparse.")),
    records: globals.size === 0 ? before.records : new Map([...globals, ...before.records]),
    parts: before.parts,
    block
  }
}

const SLASH = 47

/**
 * Where the content of an old sparse file begins. Its map continues in separate blocks, and each block has a byte that
 * is set if another block follows.
 */
function* afterMap(read: Read, size: number, header: Buffer, at: number): Program<number> {
  let next = at + BLOCK
  for (let more = header[482] !== 0; more; next += BLOCK) {
    if (next + BLOCK > size) truncated(at)
    more = (yield* read(next, BLOCK))[504] !== 0
  }
  return next
}

/**
 * Parses the headers of an archive one after the other. It reads nothing itself.
 *
 * @internal
 */
export class Headers {
  readonly #wanted: RegExp
  readonly #longest: number
  readonly #globals: Records = new Map()
  /** The values of `g` headers, decoded once: otherwise every entry of 512 bytes could have a long text of its own. */
  readonly #texts: Texts = new WeakMap()
  #before = nothing()

  /**
   * Keeps the pax records whose names `wanted` matches. The extended headers of one entry may have at
   * most `longest` bytes.
   */
  constructor(wanted: RegExp, longest: number) {
    this.#wanted = wanted
    this.#longest = longest
  }

  /** Where the extended headers begin whose entry has not been read yet. */
  get unused(): number | undefined {
    return this.#before.at
  }

  /** The entry of the header at `at`; for an extended header, the length of its content. */
  read(block: Buffer, at: number): Entry | number {
    if (!hasChecksum(block)) damaged(at)
    if (!"xXgLK".includes(typeOf(block))) {
      const before = this.#before
      this.#before = nothing()
      return entryOf(block, at, before, this.#globals, this.#texts)
    }
    const length = numberIn(block, 124, 12) ?? -1
    if (length < 0 || this.#before.length + length > this.#longest) damaged(at)
    return length
  }

  /** Parses the content of an extended header, whose own header is `block`. */
  extend(block: Buffer, at: number, bytes: Buffer): void {
    const type = typeOf(block)
    // The records of one entry are limited to `longest` bytes, but those of `g` headers add up, so only the used
    // ones are kept.
    if (type === "g") return readRecords(bytes, at, (key, value) => this.#addGlobal(key, value))
    const before = this.#before = { at, ...this.#before, length: this.#before.length + bytes.length }
    if (type === "L") before.name = cut(bytes)
    else if (type === "K") before.link = cut(bytes)
    else {
      readRecords(bytes, at, (key, value) => {
        if (/^GNU\.sparse\.(?:offset|numbytes)$/.test(key)) before.parts.push(value.toString("latin1"))
        this.#add(before.records, this.#wanted, key, value)
      })
    }
  }

  #addGlobal(key: string, value: Buffer): void {
    this.#add(this.#globals, used, key, value)
    const kept = this.#globals.get(key)
    if (kept !== undefined) this.#texts.set(kept, textOf(kept))
  }

  #add(records: Records, wanted: RegExp, key: string, value: Buffer): void {
    if (used.test(key) || wanted.test(key)) records.set(key, Buffer.from(value))
  }
}

/** The records of `used` are enough. */
const noOther = /(?!)/

/**
 * Reads the headers of an archive of `size` bytes one after the other, skipping the contents. Ends at a block of zeros
 * or at the end of the file, as `tar` does. Throws `Unavailable`.
 *
 * @internal
 */
export function* readEntries(read: Read, size: number, found: (entry: Entry) => void): Program<void> {
  if (size === 0) refuse("it is empty, and not a tar archive")
  const headers = new Headers(noOther, LONGEST)
  for (let at = 0; at < size;) {
    const here = at
    yield turn
    if (here + BLOCK > size) {
      if (here === 0) notAnArchive(yield* read(0, size))
      truncated(here)
    }
    const block = yield* read(here, BLOCK)
    if (isZero(block)) {
      // An empty archive. But disk images also begin with zeros.
      if (here === 0 && !isZero(yield* read(0, Math.min(size, zeros.length)))) notAnArchive(block)
      break
    }
    if (here === 0 && !hasChecksum(block)) notAnArchive(block)
    const header = Buffer.from(block)
    const next = headers.read(header, here)
    const start = here + BLOCK
    if (typeof next !== "number") {
      const end = (next.type === "S" ? yield* afterMap(read, size, header, here) : start) + next.size
      if (end > size) truncated(here)
      found(next)
      at = padded(end)
      continue
    }
    if (start + next > size) truncated(here)
    headers.extend(header, here, Buffer.from(yield* read(start, next)))
    at = padded(start + next)
  }
  if (headers.unused !== undefined) truncated(headers.unused)
}
