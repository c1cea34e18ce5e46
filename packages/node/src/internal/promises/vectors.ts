/**
 * Reads or writes a list of buffers with a single system call, like `preadv(2)` and `pwritev(2)`, so that no other read
 * or write happens between two buffers. It copies the buffers to or from a single buffer.
 */
import type { Position } from "@procfsroot/vfs/FileSystem"
import { MAX_RW_COUNT } from "../limits.js"
import { invalidType } from "./errors.js"
import { viewedBytes } from "./texts.js"

/** @internal */
export type Buffers = ReadonlyArray<ArrayBufferView>

/** @internal */
export const bytesOfAll = (buffers: Buffers): ReadonlyArray<Uint8Array> => {
  // Copied, since `every` skips the holes of an array.
  const all = Array.isArray(buffers) ? [...buffers] : undefined
  if (all?.every(ArrayBuffer.isView) !== true) throw invalidType("buffers", "an ArrayBufferView[]")
  return all.map((buffer) => viewedBytes(buffer))
}

/**
 * The position of `readv` and `writev`. As in Node, an invalid position means the current position of the file
 * (`GetOffset` in `src/node_file.cc`).
 *
 * @internal
 */
export const vectorPositionOf = (position: unknown): Position =>
  typeof position === "number" && Number.isSafeInteger(position) && position >= 0 ? BigInt(position) : "shared"

/**
 * A buffer as long as all parts together; the part itself if there is only one.
 *
 * @internal
 */
export const wholeOf = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  return new Uint8Array(Math.min(MAX_RW_COUNT, parts.reduce((length, part) => length + part.length, 0)))
}

/** Each part, with its share of the first `length` bytes of a buffer. */
function* sharesOf(whole: Uint8Array, length: number, parts: ReadonlyArray<Uint8Array>) {
  let at = 0
  for (const part of parts) {
    const share = whole.subarray(at, Math.min(length, at + part.length))
    yield { part, share }
    at += share.length
  }
}

/**
 * Fills the parts with what was read.
 *
 * @internal
 */
export const scatter = (whole: Uint8Array, length: number, parts: ReadonlyArray<Uint8Array>): void => {
  for (const { part, share } of sharesOf(whole, length, parts)) part.set(share)
}

/**
 * All parts in one buffer.
 *
 * @internal
 */
export const gathered = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = wholeOf(parts)
  for (const { part, share } of sharesOf(whole, whole.length, parts)) share.set(part.subarray(0, share.length))
  return whole
}
