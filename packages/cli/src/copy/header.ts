/** Encodes the headers of an archive: ustar headers, and before them pax records for what does not fit. */
import { BLOCK, padded } from "@procfsroot/node/TarHeaders"
import { secondsText } from "../attributes.js"
import { bytesOf } from "../output.js"
import { writeAcl } from "./aclText.js"
import type { Extended } from "./attributes.js"
import { ATTRIBUTE } from "./entry.js"

export interface Header {
  /** The type character. */
  readonly type: string
  /** The name of a directory ends in a slash. */
  readonly name: string
  readonly target?: string | undefined
  /** With or without the bits of the file type. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size?: number | undefined
  readonly mtimeNs: bigint
  readonly major?: number | undefined
  readonly minor?: number | undefined
  readonly extended?: Extended | undefined
}

const PERMISSIONS = 0o7777

const SECOND = 1_000_000_000n

/** The largest numbers in fields of eight and of twelve bytes: the digits are octal, and the last byte is NUL. */
const SHORT = 8 ** 7 - 1
const LONG = 8 ** 11 - 1

/** The largest device number that fits. */
export const MAX_DEVICE = SHORT

const LONGEST_NAME = 100
const LONGEST_PREFIX = 155

/** In this file, strings contain bytes, one per character (latin1). */
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1")

const latin1 = (text: string): string => isAscii(text) ? text : textOf(bytesOf(text))

/** A pax record: `<length> <key>=<value>\n`. The length includes its own digits. */
const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`
  const digits = String(rest.length).length
  const length = rest.length + digits
  return `${String(length).length === digits ? length : length + 1}${rest}`
}

interface Name {
  readonly name: string
  readonly prefix: string
}

/** Splits a long name into two fields. The slash between them is left out. */
const split = (name: string): Name | undefined => {
  if (name.length <= LONGEST_NAME) return { name, prefix: "" }
  const at = name.indexOf("/", name.length - LONGEST_NAME - 1)
  const isShort = at > 0 && at <= LONGEST_PREFIX && at < name.length - 1
  return isShort ? { name: name.slice(at + 1), prefix: name.slice(0, at) } : undefined
}

/**
 * Names in pax records are UTF-8, and those in the old fields can be any bytes. A name that is not UTF-8 but too long
 * for the fields is written to pax anyway, as GNU tar does.
 */
const hasPlace = (text: string, bytes: string, fits: boolean): boolean =>
  fits && (isAscii(bytes) || !text.isWellFormed())

const field = (bytes: string, length: number): string => bytes.slice(0, length).padEnd(length, "\0")

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`

/** The checksum is computed as if its own field contained spaces. */
const SUM = " ".repeat(8)
const SUM_AT = 148

/** The format, its version, and empty names of user and group. */
const USTAR = `ustar\x0000${"\0".repeat(64)}`

const block = (
  { gid, major = 0, minor = 0, mode, mtimeNs, size = 0, type, uid }: Omit<Header, "name" | "target">,
  { name, prefix }: Name,
  target: string
): string => {
  const seconds = mtimeNs < 0n ? 0 : Number(mtimeNs / SECOND)
  const fields = [
    field(name, LONGEST_NAME),
    octal(mode & PERMISSIONS, 8),
    octal(Math.min(uid, SHORT), 8),
    octal(Math.min(gid, SHORT), 8),
    octal(Math.min(size, LONG), 12),
    octal(Math.min(seconds, LONG), 12),
    SUM,
    type,
    field(target, LONGEST_NAME),
    USTAR,
    octal(major, 8),
    octal(minor, 8),
    field(prefix, LONGEST_PREFIX)
  ]
  return field(fields.join(""), BLOCK)
}

const putSum = (bytes: Buffer, at: number): void => {
  let sum = 0
  for (let i = at; i < at + BLOCK; i++) sum += bytes[i] ?? 0
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + SUM_AT)
}

/** Programs that do not know pax create a file with this name. */
const PAX = { name: "PaxHeader", prefix: "" }

const padding = Buffer.alloc(BLOCK)

/** The zeros that have to follow content of this size. */
export const paddingOf = (size: number): Uint8Array => padding.subarray(0, padded(size) - size)

/** GNU tar expects the two characters that have a meaning in pax as `%25` and `%3D`. */
const keyOf = (name: string): string => latin1(ATTRIBUTE + name.replace(/%/g, "%25").replace(/=/g, "%3D"))

const recordsOf = ({ extended = [], gid, mtimeNs, size = 0, uid }: Header): string => {
  let records = ""
  if (uid > SHORT) records += record("uid", String(uid))
  if (gid > SHORT) records += record("gid", String(gid))
  if (size > LONG) records += record("size", String(size))
  const isExact = mtimeNs % SECOND === 0n && mtimeNs >= 0n && mtimeNs / SECOND <= LONG
  if (!isExact) records += record("mtime", secondsText(mtimeNs))
  for (const [name, value] of extended) {
    records += record(keyOf(name), textOf(value))
    const acl = writeAcl(name, value)
    if (acl !== undefined) records += record(...acl)
  }
  return records
}

/** The header of an entry, with an extended header before it if it needs one. */
export const encode = (header: Header): Buffer => {
  const { name, target = "" } = header
  const bytes = latin1(name)
  const fields = split(bytes)
  const link = latin1(target)
  const path = hasPlace(name, bytes, fields !== undefined) ? "" : record("path", bytes)
  const linkpath = hasPlace(target, link, link.length <= LONGEST_NAME) ? "" : record("linkpath", link)
  const content = path + linkpath + recordsOf(header)
  const own = block(header, fields ?? { name: bytes, prefix: "" }, link)
  const size = content.length
  const before = size === 0
    ? ""
    : block({ type: "x", mode: 0o644, uid: 0, gid: 0, size, mtimeNs: 0n }, PAX, "") + field(content, padded(size))
  const encoded = Buffer.from(before + own, "latin1")
  if (before !== "") putSum(encoded, 0)
  putSum(encoded, before.length)
  return encoded
}

/** The end of an archive. */
export const END: Uint8Array = Buffer.alloc(2 * BLOCK)
