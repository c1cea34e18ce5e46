/** Reads files of unknown size. */
import type { Now, Program } from "../Program.js"
import { refuse } from "./errno.js"
import { turn, waitFor } from "./program.js"

/** How many bytes one call reads. */
const CHUNK = 65_536

/**
 * The largest number of bytes that `fs.readFile` reads (`kIoMaxLength` in Node's `lib/internal/fs/utils.js`).
 *
 * @internal
 */
export const LARGEST = 2 ** 31 - 1

/** @internal */
export const tooLarge = (size: number): never =>
  refuse("ERR_FS_FILE_TOO_LARGE", `${size} bytes are more than the ${LARGEST} that can be read at once`)

/**
 * Reads to the end, up to a limit: files of procfs report size 0, and devices can be endless.
 *
 * @internal
 */
export function* readToEnd(read: (part: Uint8Array) => Now<number>): Program<Uint8Array> {
  const parts: Array<Uint8Array> = []
  let length = 0
  for (;;) {
    const part = new Uint8Array(CHUNK)
    const count = yield* waitFor(read(part))
    if (count === 0) return joined(parts, length)
    length += count
    if (length > LARGEST) tooLarge(length)
    parts.push(part.slice(0, count))
    yield turn
  }
}

const joined = (parts: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
