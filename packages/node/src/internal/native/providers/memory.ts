/** Memory and errno for libraries that give the address of an `ArrayBuffer`, and show memory as one. */
import type { Library } from "../library.js"

/**
 * `errno` is where the thread's own is, which never moves: reading it there makes no call that could change it.
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
