/** Memory and errno for libraries that can return the address of an `ArrayBuffer`, and make one from an address. */
import type { Library } from "../library.js"

/**
 * Allocates memory that its thread keeps until it ends. The memory of an `ArrayBuffer` never moves.
 *
 * @internal
 */
export const allocating = (addressOf: (bytes: ArrayBuffer) => number | bigint): Library["allocate"] => {
  const kept = new Array<ArrayBuffer>()
  return (length) => {
    const bytes = new ArrayBuffer(length)
    kept.push(bytes)
    return { pointer: addressOf(bytes), bytes }
  }
}

/**
 * `errno` is the memory of the thread's errno, which never moves. Reading it makes no call that could change it.
 *
 * @internal
 */
export const inPlace = (
  errno: ArrayBuffer,
  addressOf: (bytes: ArrayBuffer) => number | bigint
): Pick<Library, "addressOf" | "allocate" | "errno"> => {
  const last = new Int32Array(errno)
  return {
    errno: () => last[0] ?? 0,
    allocate: allocating(addressOf),
    addressOf: ({ bytes }) => BigInt(addressOf(bytes))
  }
}
