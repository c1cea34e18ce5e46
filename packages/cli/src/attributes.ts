/** Formats the attributes of files as `ls`, `stat` and `find` print them, and as JSON. */
import { type ExactAttributes, typeOf } from "@procfsroot/vfs/Attributes"
import type { Place } from "./below.js"
import { splitPath } from "./paths.js"
import type { Users } from "./users.js"

type FileType = ExactAttributes["type"]

/** The attributes that most commands show or count. */
export type Attributes = Omit<ExactAttributes, "birthtimeNs" | "mountId">

/**
 * Reads the attributes of a file, without following a link. `directory.lstat` would also find the mount, which takes
 * two thirds of the time without statx.
 */
export const attributesOf = async ({ path, root }: Place): Promise<Attributes> => {
  const { atimeNs, blksize, blocks, ctimeNs, dev, gid, ino, mode, mtimeNs, nlink, rdev, size, uid } = await root
    .promises
    .lstat(path, { bigint: true })
  return {
    type: typeOf({ mode: Number(mode) }),
    mode: Number(mode),
    nlink: Number(nlink),
    uid: Number(uid),
    gid: Number(gid),
    dev,
    ino,
    rdev,
    size,
    blksize: Number(blksize),
    blocks,
    atimeNs,
    mtimeNs,
    ctimeNs
  }
}

/** The letter in `ls -l`, the letter in `find -type`, and the words in `stat`. */
const types: Readonly<Record<FileType, readonly [ls: string, find: string, stat: string]>> = {
  File: ["-", "f", "regular file"],
  Directory: ["d", "d", "directory"],
  SymbolicLink: ["l", "l", "symbolic link"],
  FIFO: ["p", "p", "fifo"],
  Socket: ["s", "s", "socket"],
  BlockDevice: ["b", "b", "block special file"],
  CharacterDevice: ["c", "c", "character special file"],
  Unknown: ["?", "?", "weird file"]
}

/** The letter of the type in `find -type`. */
export const letterOf = (type: FileType): string => types[type][1]

/** The words for the type in `stat`. */
export const typeName = ({ size, type }: Attributes): string =>
  type === "File" && size === 0n ? "regular empty file" : types[type][2]

const permission = (mode: number, shift: number, special: boolean, letter: string): string => {
  const bits = mode >> shift
  const execute = (bits & 1) === 1
  const last = special ? (execute ? letter : letter.toUpperCase()) : execute ? "x" : "-"
  return `${(bits & 4) === 0 ? "-" : "r"}${(bits & 2) === 0 ? "-" : "w"}${last}`
}

/** For example `drwxr-xr-x`. */
export const modeString = ({ mode, type }: Attributes): string =>
  types[type][0] +
  permission(mode, 6, (mode & 0o4000) !== 0, "s") +
  permission(mode, 3, (mode & 0o2000) !== 0, "s") +
  permission(mode, 0, (mode & 0o1000) !== 0, "t")

/** The same for a file whose mode is not known. */
export const unknownMode = (type: FileType): string => `${types[type][0]}?????????`

export const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, "0")

/** Like `major(3)` and `minor(3)`. */
export const major = (device: bigint): bigint => (device >> 8n) & 0xfffn | (device >> 32n) & 0xfffff000n
export const minor = (device: bigint): bigint => device & 0xffn | (device >> 12n) & 0xffffff00n

export const isDevice = ({ type }: Attributes): boolean => type === "BlockDevice" || type === "CharacterDevice"

const up = (value: bigint, unit: bigint): bigint => (value + unit - 1n) / unit

/** Converts blocks of 512 bytes to units of 1,024 bytes, rounded up. */
export const kibibytes = (blocks: bigint): bigint => up(blocks, 2n)

/** For example `1.5K`, rounded up like in `ls -h` and `du -h`. */
export const human = (bytes: bigint): string => {
  let unit = 1n
  for (const letter of ["", "K", "M", "G", "T", "P", "E", "Z"]) {
    const tenths = up(bytes * 10n, unit)
    if (letter !== "" && tenths < 100n) return `${tenths / 10n}.${tenths % 10n}${letter}`
    const whole = up(bytes, unit)
    if (whole < 1024n) return `${whole}${letter}`
    unit *= 1024n
  }
  return String(bytes)
}

/** A sentence for the help: Node knows the names of time zones, but not every rule that libc can read (`tzset(3)`). */
export const TIME_ZONE = "If you set TZ, set it to a name, such as Asia/Kolkata. With a rule, such as IST-5:30, " +
  "times may be in UTC."

const two = (value: number): string => String(value).padStart(2, "0")

/** Splits a time into a date and the nanoseconds after it. Rounds down, also before 1970. */
const split = (nanoseconds: bigint): { readonly date: Date; readonly rest: bigint } => {
  const rest = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  return { date: new Date(Number((nanoseconds - rest) / 1_000_000n)), rest }
}

/** The year as `strftime(3)` writes it. */
const yearText = (year: number): string =>
  year < 0 ? `-${String(-year).padStart(3, "0")}` : String(year).padStart(4, "0")

/** A time in seconds, exact. */
export const secondsText = (nanoseconds: bigint): string => {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const rest = String(size % 1_000_000_000n).padStart(9, "0")
  return `${nanoseconds < 0n ? "-" : ""}${size / 1_000_000_000n}.${rest}`
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")

/** Half a year in nanoseconds, as `ls` counts it: a year has 365.2425 days. */
const HALF_A_YEAR = 15_778_476_000_000_000n

/**
 * The time as in `ls -l`: with the year if it is old or in the future. A time that a `Date` cannot represent is shown
 * in seconds.
 */
export const shortTime = (nanoseconds: bigint, now: bigint): string => {
  const { date } = split(nanoseconds)
  if (Number.isNaN(date.getTime())) return String(nanoseconds / 1_000_000_000n)
  const day = `${months[date.getMonth()]} ${String(date.getDate()).padStart(2)}`
  return nanoseconds > now || now - nanoseconds >= HALF_A_YEAR
    ? `${day}  ${yearText(date.getFullYear())}`
    : `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The time as in `stat`, in the time zone of the caller. */
export const longTime = (nanoseconds: bigint | undefined): string => {
  if (nanoseconds === undefined) return "-"
  const { date, rest } = split(nanoseconds)
  if (Number.isNaN(date.getTime())) return secondsText(nanoseconds)
  const offset = -date.getTimezoneOffset()
  const hours = Math.trunc(Math.abs(offset) / 60)
  const day = `${yearText(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${time}.${String(rest).padStart(9, "0")} ${offset < 0 ? "-" : "+"}${two(hours)}${
    two(Math.abs(offset) % 60)
  }`
}

/** The time in UTC, for JSON. */
const isoTime = (nanoseconds: bigint | undefined): string | null => {
  if (nanoseconds === undefined) return null
  const { date, rest } = split(nanoseconds)
  return Number.isNaN(date.getTime())
    ? secondsText(nanoseconds)
    : `${date.toISOString().slice(0, -5)}.${String(rest).padStart(9, "0")}Z`
}

/** A number, or a string of digits if a JSON number would lose some of them. */
const exactNumber = (value: bigint): number | string =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)

/** The attributes of one file as an object, for `stat --json` and `find --json`. */
export const fileObject = (
  path: string,
  attributes: ExactAttributes,
  target: string | undefined,
  { group, user }: Users
): object => {
  const { atimeNs, birthtimeNs, blocks, ctimeNs, dev, gid, ino, mode, mtimeNs, nlink, rdev, size, type, uid } =
    attributes
  const { name } = splitPath(path)
  const [owner, owners] = [user(uid), group(gid)]
  return {
    path,
    name: name === "" ? "/" : name,
    type: types[type][2],
    mode: octal(mode),
    links: nlink,
    uid: owner.id,
    user: owner.name ?? null,
    gid: owners.id,
    group: owners.name ?? null,
    size: exactNumber(size),
    blocks: exactNumber(blocks),
    device: `${major(dev)}:${minor(dev)}`,
    inode: exactNumber(ino),
    ...(isDevice(attributes) ? { rdev: `${major(rdev)}:${minor(rdev)}` } : {}),
    atime: isoTime(atimeNs),
    mtime: isoTime(mtimeNs),
    ctime: isoTime(ctimeNs),
    birthtime: isoTime(birthtimeNs),
    ...(target === undefined ? {} : { target })
  }
}
