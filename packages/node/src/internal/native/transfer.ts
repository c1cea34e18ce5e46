/** Reads and writes that do not wait: `preadv2(2)` and `pwritev2(2)` with RWF_NOWAIT, since Linux 4.14. */
import type koffi from "koffi"

const RWF_NOWAIT = 0x8

/** The most bytes that are read or written immediately; more is left to the thread pool. */
const MOST = 65_536

/** The file's own position. */
const OWN = -1

type Transfer = (fd: number, bytes: Uint8Array, position: number | undefined) => number | undefined

/** @internal */
export interface Transfers {
  /** Reads from the page cache. `undefined` if the kernel would have to wait, and for every error. */
  readonly readNow: Transfer
  readonly writeNow: Transfer
}

/** @internal */
export const bindTransfers = ({ address, alloc, load, view }: typeof koffi): Transfers => {
  const libc = load(null)
  const preadv2 = libc.func("long preadv2(int, void*, int, int64_t, int)")
  const pwritev2 = libc.func("long pwritev2(int, void*, int, int64_t, int)")
  // One buffer for all calls, since koffi cannot keep the address of a caller's buffer. There is only one call at a
  // time.
  const memory = alloc("uint8", MOST)
  const buffer = new Uint8Array(view(memory, MOST))
  /** A `struct iovec`: an address and a length. */
  const vector = new BigUint64Array([BigInt(address(memory)), 0n])
  const call = (make: typeof preadv2, fd: number, length: number, position: number | undefined): number | undefined => {
    vector[1] = BigInt(length)
    const result = make(fd, vector, 1, position ?? OWN, RWF_NOWAIT) as number
    return result < 0 ? undefined : result
  }
  return {
    readNow: (fd, bytes, position) => {
      if (bytes.length > MOST) return undefined
      const length = call(preadv2, fd, bytes.length, position)
      if (length !== undefined) bytes.set(buffer.subarray(0, length))
      return length
    },
    writeNow: (fd, bytes, position) => {
      if (bytes.length > MOST) return undefined
      buffer.set(bytes)
      return call(pwritev2, fd, bytes.length, position)
    }
  }
}
