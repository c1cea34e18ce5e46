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
 * `errno` is the memory of the thread's errno, which never moves. Reading it makes no call that could change it.
 * `addressOf` returns the address that a pointer stands for.
 *
 * @internal
 */
export const inPlace = <Pointer>(
  errno: ArrayBuffer,
  pointerTo: (bytes: ArrayBuffer) => Pointer,
  addressOf: (pointer: Pointer) => number | bigint
): Pick<Library, "addressOf" | "allocate" | "errno"> => {
  const last = new Int32Array(errno)
  return {
    errno: () => last[0] ?? 0,
    allocate: allocating(pointerTo),
    addressOf: ({ bytes }) => BigInt(addressOf(pointerTo(bytes)))
  }
}
