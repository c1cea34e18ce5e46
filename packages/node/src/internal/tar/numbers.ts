/** The numbers and times in the headers of a tar archive. */
import { MAX_ID } from "../limits.js"

/**
 * Like `numberIn`, but rounds a number that has more than 53 bits.
 *
 * @internal
 */
export const roundedIn = (block: Buffer, start: number, length: number): number | undefined => {
  const first = block[start] ?? 0
  if ((first & 0x80) === 0) {
    const text = block.toString("latin1", start, start + length)
    const digits = /^\s*([0-7]*)(?:[\s\0]|$)/.exec(text)?.[1]
    return digits === "" ? 0 : digits === undefined ? undefined : Number.parseInt(digits, 8)
  }
  let value = first === 0xff ? -1 : first & 0x7f
  for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte
  return value
}

/**
 * Octal digits up to a space or NUL, or a number in base 256 if the first bit is set.
 *
 * @internal
 */
export const numberIn = (block: Buffer, start: number, length: number): number | undefined => {
  const value = roundedIn(block, start, length)
  return Number.isSafeInteger(value) ? value : undefined
}

/**
 * The number in a pax record. Nothing but digits: GNU tar takes nothing else, so the archive would have other files
 * there.
 *
 * @internal
 */
export const decimalIn = (text: string): number => /^\d+$/.test(text) ? Number(text) : Number.NaN

/** The largest number of seconds in a `Date`. */
const LAST_DATE = 8.64e12

const SECOND = 1_000_000_000

/** @internal */
export const nanoseconds = (seconds: number): bigint => {
  const possible = Math.max(-LAST_DATE, Math.min(seconds, LAST_DATE))
  const whole = Math.floor(possible)
  return BigInt(whole) * BigInt(SECOND) + BigInt(Math.floor((possible - whole) * SECOND))
}

/** A number of seconds that is too long to be exact, or small: Python writes 1e-05. */
const roundedTimeOf = (text: string): bigint | undefined => {
  const seconds = /^-?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(seconds) ? nanoseconds(seconds) : undefined
}

/**
 * The time in a pax record. Digits after the ninth are cut off towards the past, as the kernel and GNU tar do.
 *
 * @internal
 */
export const timeOf = (text: string): bigint | undefined => {
  const [, sign, seconds, fraction = ""] = /^(-?)(\d{1,12})(?:\.(\d*))?$/.exec(text) ?? []
  if (seconds === undefined) return roundedTimeOf(text)
  const size = BigInt(seconds + fraction.slice(0, 9).padEnd(9, "0"))
  if (sign === "") return size
  return /[1-9]/.test(fraction.slice(9)) ? -size - 1n : -size
}

/** @internal */
export const isId = (id: number | undefined): id is number =>
  id !== undefined && Number.isInteger(id) && id >= 0 && id <= MAX_ID
