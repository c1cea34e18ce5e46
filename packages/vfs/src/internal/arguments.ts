/** Checks arguments before anything is looked up, as Node does. */
import { encode } from "@procfsroot/path/SurrogateEscape"
import { badArgument } from "./errno.js"
import { isEncodable } from "./limits.js"
import { shown } from "./messages.js"

/** The largest mode that Node accepts. With the 32nd bit set, an assertion in its C++ code would abort the process. */
const MAX_MODE = 0x7fff_ffff

/**
 * `(uid_t) -1`, which leaves an id unchanged (`chown(2)`).
 *
 * @internal
 */
export const NO_ID = 0xffff_ffff

/**
 * The largest number of a user or group.
 *
 * @internal
 */
export const MAX_ID = NO_ID - 1

/** The largest number of bytes that one call of Node's `fs.read` reads. */
const MAX_READ = 2 ** 31 - 1

const checkInteger = (value: number, name: string, from: number, to: number): void => {
  if (Number.isInteger(value) && value >= from && value <= to) return
  badArgument(
    "ERR_OUT_OF_RANGE",
    `The value of "${name}" must be a whole number from ${from} to ${to}, not ${shown(value)}`
  )
}

/**
 * Refuses what is not text, since a program in JavaScript can pass anything, then texts with a NUL, and then texts that
 * cannot be encoded or have the same bytes as another text. Node also reports a NUL first, but silently replaces a lone
 * surrogate.
 *
 * @internal
 */
export const checkTexts = (texts: ReadonlyArray<string>): void => {
  for (const text of texts) {
    if (typeof text !== "string") {
      badArgument("ERR_INVALID_ARG_TYPE", `The argument must be a string, not ${shown(text)}`)
    }
    if (text.includes("\0")) {
      badArgument("ERR_INVALID_ARG_VALUE", `The argument must be a string without null bytes, not ${shown(text)}`)
    }
  }
  for (const text of texts) {
    if (isEncodable(text)) continue
    const must = encode(text) === undefined
      ? "be text that can be encoded as bytes"
      : "have characters in place of escaped bytes that are UTF-8"
    badArgument("EILSEQ", `The argument must ${must}, not ${shown(text)}`)
  }
}

/**
 * Whether a value is an array of bytes, which may be of another realm.
 *
 * @internal
 */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && "BYTES_PER_ELEMENT" in value && value.BYTES_PER_ELEMENT === 1

/**
 * Refuses what is not bytes before a file loses its content for it, since a program in JavaScript can pass anything.
 *
 * @internal
 */
export const checkBytes = (bytes: Uint8Array, name = "data"): void => {
  if (isBytes(bytes)) return
  badArgument("ERR_INVALID_ARG_TYPE", `The ${name} must be a Uint8Array`)
}

/**
 * How long data is when the caller passes it. The caller may resize the buffer, or move it to another thread, while a
 * call waits. Anything else than bytes is refused when it is used.
 *
 * @internal
 */
export const lengthOf = (bytes: Uint8Array): number => isBytes(bytes) ? bytes.length : 0

/** @internal */
export const checkMode = (mode: number): void => {
  checkInteger(mode, "mode", 0, MAX_MODE)
  // The same assertion would abort the process.
  if (Object.is(mode, -0)) badArgument("ERR_OUT_OF_RANGE", "The value of \"mode\" must not be -0")
}

/** @internal */
export const checkIds = (uid: number, gid: number): void => {
  checkInteger(uid, "uid", -1, NO_ID)
  checkInteger(gid, "gid", -1, NO_ID)
}

/** A date may be of another realm. */
const isTime = (time: unknown): boolean =>
  typeof time === "bigint" || Number.isFinite(time) || (typeof time === "object" && time !== null && "getTime" in time)

/** @internal */
export const checkTimes = (...times: ReadonlyArray<Date | number | bigint>): void => {
  if (times.every(isTime)) return
  badArgument("ERR_INVALID_ARG_TYPE", "A time must be a finite number or a date")
}

/** @internal */
export const checkNumber = (value: number, name: string, most: number): void => checkInteger(value, name, 0, most)

/** @internal */
export const checkChoice = (value: string, name: string, choices: ReadonlyArray<string>): void => {
  if (choices.includes(value)) return
  badArgument(
    "ERR_INVALID_ARG_VALUE",
    `The value of "${name}" must be one of ${choices.join(", ")}, not ${JSON.stringify(value)}`
  )
}

/** @internal */
export const checkLength = (length: number): void =>
  checkInteger(length, "len", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)

/** @internal */
export const checkReadSize = (size: number, name = "size"): void => checkInteger(size, name, 0, MAX_READ)

/** @internal */
export const checkCount = (count: number, name: string): void => checkInteger(count, name, 0, Number.MAX_SAFE_INTEGER)

/** @internal */
export const checkMost = (most: number | bigint, name: string): void => {
  if (typeof most !== "bigint" || most < 0n) checkCount(Number(most), name)
}

/**
 * Refuses a value that would not limit anything, except for `Infinity`, which says so.
 *
 * @internal
 */
export const checkLimit = (limit: number, name: string): void => {
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit >= 0)) return
  badArgument(
    "ERR_OUT_OF_RANGE",
    `The value of "${name}" must be a whole number of at least 0 or Infinity, not ${shown(limit)}`
  )
}

/**
 * Refuses negative positions: Node interprets −1 as the position that the kernel keeps.
 *
 * @internal
 */
export const checkPosition = (position: bigint): void => checkCount(Number(position), "position")
