/** Memory for arguments and results of calls. */
import type { Koffi } from "./koffi.js"

interface Memory {
  /** What a call is passed. */
  readonly pointer: unknown
  readonly bytes: ArrayBuffer
}

/**
 * Memory full of zeros, which is never freed. To pass a call its pointer is cheaper than to pass a `Uint8Array`, of
 * which koffi has to find the memory each time.
 *
 * @internal
 */
export const allocate = ({ alloc, view }: Koffi, length: number): Memory => {
  const pointer = alloc("uint8", length)
  const bytes = view(pointer, length)
  new Uint8Array(bytes).fill(0)
  return { pointer, bytes }
}
