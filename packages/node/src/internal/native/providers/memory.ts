/** Memory and errno for libraries that can return the address of an `ArrayBuffer`, and make one from an address. */
import type { Library } from "../library.js"

/**
 * Allocates memory that its thread keeps until it ends. The memory of an `ArrayBuffer` never moves.
 *
 * @internal
 */
export const allocating = (pointerTo: (bytes: ArrayBuffer) => unknown): Library["allocate"] => {
  const kept = new Array<ArrayBuffer>()
  return (length) => {
    const bytes = new ArrayBuffer(length)
    kept.push(bytes)
    return { pointer: pointerTo(bytes), bytes }
  }
}

/**
 * Reads errno from the memory of the thread's errno, which never moves. That makes no call that could change it.
 *
 * @internal
 */
export const errnoIn = (memory: ArrayBuffer): Library["errno"] => {
  const last = new Int32Array(memory)
  return () => last[0] ?? 0
}

/**
 * `errno` is the memory of the thread's errno.
 *
 * @internal
 */
export const inPlace = (
  errno: ArrayBuffer,
  addressOf: (bytes: ArrayBuffer) => number | bigint
): Pick<Library, "addressOf" | "allocate" | "errno"> => ({
  errno: errnoIn(errno),
  allocate: allocating(addressOf),
  addressOf: ({ bytes }) => BigInt(addressOf(bytes))
})
