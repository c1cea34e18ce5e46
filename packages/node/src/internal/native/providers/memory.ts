/** Memory and errno for libraries that can return the address of an `ArrayBuffer`, and make one from an address. */
import type { Library } from "../library.js"

/**
 * `errno` is the memory of the thread's errno, which never moves. Reading it makes no call that could change it.
 *
 * @internal
 */
export const inPlace = (
  errno: ArrayBuffer,
  addressOf: (bytes: ArrayBuffer) => number | bigint
): Pick<Library, "addressOf" | "allocate" | "errno"> => {
  const [last, kept] = [new Int32Array(errno), new Array<ArrayBuffer>()]
  return {
    errno: () => last[0] ?? 0,
    allocate: (length) => {
      const bytes = new ArrayBuffer(length)
      kept.push(bytes)
      return { pointer: addressOf(bytes), bytes }
    },
    addressOf: ({ bytes }) => BigInt(addressOf(bytes))
  }
}
