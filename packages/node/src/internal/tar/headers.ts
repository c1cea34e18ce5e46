/**
 * Reads the headers of an archive: those of V7, ustar and pax ("pax" in IEEE Std 1003.1), and GNU's long names
 * (`tar(5)`).
 *
 * The available libraries read the contents of all files, report no offsets, and decode names as UTF-8, which loses
 * other bytes.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { type Program, turn } from "@procfsroot/vfs/Program"
import { unavailable } from "../unavailable.js"

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
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly atimeMs: number
  readonly size: number
  /** Where the content begins in the archive. */
  readonly offset: number
  readonly rdev: number
  /** Whether it is a sparse file in one of the formats of GNU tar. */
  readonly sparse: boolean
}

/**
 * Returns the `length` bytes that start at `at`, which must exist. They are valid until the next call.
 *
 * @internal
 */
export type Read = (at: number, length: number) => Program<Buffer>

const BLOCK = 512

/** The longest extended header that is accepted. */
const LONGEST = 1 << 20

const refuse = (reason: string): never => {
  throw unavailable("EINVAL", reason)
}

const damaged = (at: number): never => refuse(`the header at byte ${at} of the archive is damaged`)

const truncated = (at: number): never => refuse(`the archive ends within the entry at byte ${at}: it is truncated`)

/** How compressed archives begin. */
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
      : `it is compressed with ${compressed[1]}: decompress it first, its files are read at their offsets`
  )
}

const zeros = Buffer.alloc(8 * BLOCK)

const isZero = (bytes: Buffer): boolean => bytes.equals(zeros.subarray(0, bytes.length))

const CHECKSUM = 148
const CHECKSUM_LENGTH = 8
const SPACE = 32

/** Some old programs compute the sum of signed bytes. */
const hasChecksum = (block: Buffer): boolean => {
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

/** Octal digits, or a number in base 256 if the first bit is set. */
const numberIn = (block: Buffer, start: number, length: number): number | undefined => {
  const first = block[start] ?? 0
  if ((first & 0x80) === 0) {
    const digits = cut(block.subarray(start, start + length)).toString("latin1").trim()
    return digits === "" ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined
  }
  let value = first === 0xff ? -1 : first & 0x7f
  for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte
  return Number.isSafeInteger(value) ? value : undefined
}

/** Combines the numbers as `makedev(3)` does. */
const deviceOf = (major: number, minor: number): number =>
  (minor & 0xff) + (major & 0xfff) * 2 ** 8 + (minor & ~0xff) * 2 ** 12

/** The pax records that are used here. */
const wanted = /^(?:path|linkpath|size|uid|gid|mtime|atime|GNU\.sparse\.(?:name|major|size|realsize))$/

type Records = Map<string, Buffer>

/** Reads a sequence of `<length> <key>=<value>\n`. */
const addRecords = (bytes: Buffer, at: number, records: Records): void => {
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(" ", start)
    const digits = bytes.toString("latin1", start, Math.max(start, space))
    const end = start + Number(digits)
    const equals = bytes.indexOf("=", start)
    if (!/^\d+$/.test(digits) || end > bytes.length || equals < space || equals >= end || bytes[end - 1] !== 0x0a) {
      damaged(at)
    }
    const key = bytes.toString("latin1", space + 1, equals)
    if (wanted.test(key)) records.set(key, Buffer.from(bytes.subarray(equals + 1, end - 1)))
    start = end
  }
}

/** The extended headers before an entry, which belong to it. */
interface Before {
  /** Where the first of it begins. */
  readonly at?: number
  /** The records of `x` headers, which override those of `g` headers. */
  readonly records: Records
  name?: Buffer
  link?: Buffer
}

/** The last moments of a `Date`. */
const LAST_DATE = 8.64e15

const milliseconds = (seconds: number): number => Math.max(-LAST_DATE, Math.min(seconds * 1000, LAST_DATE))

const typeOf = (block: Buffer): string => block.toString("latin1", 156, 157).replace("\0", "0")

const padded = (end: number): number => Math.ceil(end / BLOCK) * BLOCK

/** One byte more than a path may have (`PATH_MAX` counts the NUL): what is longer is too long in any case. */
const textOf = (bytes: Buffer): string => SurrogateEscape.decode(bytes.subarray(0, 4096))

/** Types without content, whatever size is in their headers. */
const withoutContent = "123456"

const entryOf = (block: Buffer, at: number, before: Before, globals: Records): Entry => {
  // A record without a value cancels an earlier one.
  const record = (key: string): Buffer | undefined => {
    const value = before.records.get(key) ?? globals.get(key)
    return value === undefined || value.length === 0 ? undefined : value
  }
  const number = (start: number, length: number, key: string): number => {
    const told = record(key)?.toString("latin1")
    const value = told === undefined ? numberIn(block, start, length) : Number(told)
    return value === undefined || !Number.isFinite(value) ? damaged(at) : value
  }
  const field = (start: number, length: number): Buffer => cut(block.subarray(start, start + length))
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0"
  // Archives of `star` have times at the end of the prefix.
  const isStar = block.toString("latin1", 508, 512) === "tar\0"
  const prefix = isUstar ? field(345, isStar ? 131 : 155) : Buffer.alloc(0)
  const short = field(0, 100)
  const name = record("GNU.sparse.name") ?? record("path") ?? before.name ??
    (prefix.length === 0 ? short : Buffer.concat([prefix, Buffer.from("/"), short]))
  const type = typeOf(block)
  const mtimeMs = milliseconds(number(136, 12, "mtime"))
  const accessed = record("atime")?.toString("latin1")
  const atimeMs = accessed === undefined ? mtimeMs : milliseconds(Number(accessed))
  const size = number(124, 12, "size")
  if (!Number.isSafeInteger(size) || size < 0 || Number.isNaN(atimeMs)) damaged(at)
  return {
    // V7 has no type for directories.
    type: type === "0" && name.at(-1) === SLASH ? "5" : type,
    name: textOf(name),
    link: textOf(record("linkpath") ?? before.link ?? field(157, 100)),
    mode: number(100, 8, "") & 0o7777,
    uid: number(108, 8, "uid"),
    gid: number(116, 8, "gid"),
    mtimeMs,
    atimeMs,
    size: withoutContent.includes(type) ? 0 : size,
    offset: at + BLOCK,
    rdev: type === "3" || type === "4" ? deviceOf(number(329, 8, ""), number(337, 8, "")) : 0,
    sparse: type === "S" || [...before.records.keys()].some((key) => key.startsWith("GNU.sparse."))
  }
}

const SLASH = 47

/** The map of an old sparse file continues in separate blocks, each of which says whether another one follows. */
function* afterMap(read: Read, size: number, header: Buffer, at: number): Program<number> {
  let next = at + BLOCK
  for (let more = header[482] !== 0; more; next += BLOCK) {
    if (next + BLOCK > size) truncated(at)
    more = (yield* read(next, BLOCK))[504] !== 0
  }
  return next
}

/**
 * Reads the headers of an archive of `size` bytes one after the other, skipping the contents. Ends at a block of zeros
 * or at the end of the file, as `tar` does. Throws `Unavailable`.
 *
 * @internal
 */
export function* readEntries(read: Read, size: number, found: (entry: Entry) => void): Program<void> {
  if (size === 0) refuse("it is empty, and not a tar archive")
  const globals: Records = new Map()
  let before: Before = { records: new Map() }
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
      return
    }
    if (!hasChecksum(block)) {
      if (here === 0) notAnArchive(block)
      damaged(here)
    }
    const header = Buffer.from(block)
    const type = typeOf(header)
    if (!"xXgLK".includes(type)) {
      const entry = entryOf(header, here, before, globals)
      const end = (type === "S" ? yield* afterMap(read, size, header, here) : entry.offset) + entry.size
      if (end > size) truncated(here)
      found(entry)
      before = { records: new Map() }
      at = padded(end)
      continue
    }
    const start = here + BLOCK
    const length = numberIn(header, 124, 12) ?? -1
    if (length < 0 || length > LONGEST) damaged(here)
    if (start + length > size) truncated(here)
    const bytes = Buffer.from(yield* read(start, length))
    if (type === "g") addRecords(bytes, here, globals)
    else if (type === "L") before.name = cut(bytes)
    else if (type === "K") before.link = cut(bytes)
    else addRecords(bytes, here, before.records)
    if (type !== "g") before = { at: here, ...before }
    at = padded(start + length)
  }
  if (before.at !== undefined) truncated(before.at)
}
