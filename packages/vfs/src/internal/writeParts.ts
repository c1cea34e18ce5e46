/** Writes data until everything is written, also if the system accepts only a part at a time. */
import type { Now, Program } from "../Program.js"
import { writeZero } from "./errno.js"
import { isCall } from "./program.js"

/**
 * `size` is the length that the data had when the caller passed it. `write` gets what is left, and how much is written.
 *
 * @internal
 */
export function* writeParts(
  data: Uint8Array,
  size: number,
  write: (rest: Uint8Array, written: number) => Now<number>
): Program<void> {
  let written = 0
  // Call `write` even without data: a file that is open only for reading refuses it.
  do {
    // The caller may have resized the buffer, or moved it to another thread, so that the rest of the data is gone.
    if (size > 0 && data.length < size) writeZero()
    const answer = write(written === 0 ? data : data.subarray(written), written)
    const length = isCall(answer) ? yield* answer : answer
    // Without this, the loop would never end if a write accepts no bytes and reports no error.
    if (length === 0 && written < size) writeZero()
    written += length
  } while (written < size)
}
