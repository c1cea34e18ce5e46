/** Reads and writes that do not wait: `preadv2(2)` and `pwritev2(2)` with RWF_NOWAIT, since Linux 4.14. */
import type { Koffi, NativeFunction } from "./koffi.js"
import { allocate } from "./memory.js"

const RWF_NOWAIT = 0x8

/** The most bytes that are read or written immediately; more is left to the thread pool. */
const MOST = 65_536

/** The bytes of a pointer in the `struct iovec` below. */
const POINTER = 8

/** The file's own position. */
const OWN = -1

type Transfer = (fd: number, bytes: Uint8Array, position: number | undefined) => number | undefined

/** @internal */
export interface Transfers {
  /** Reads from the page cache. `undefined` if the kernel would have to wait, and for every error. */
  readonly readNow: Transfer
  readonly writeNow: Transfer
}

const functionsOf = (libc: ReturnType<Koffi["load"]>) => {
  try {
    return {
      preadv2: libc.func("long preadv2(int, void*, int, int64_t, int)"),
      pwritev2: libc.func("long pwritev2(int, void*, int, int64_t, int)")
    }
  } catch {
    // musl has them since 1.2.5.
    return undefined
  }
}

/**
 * Nothing where libc does not have the functions, or pointers do not have 64 bits.
 *
 * @internal
 */
export const bindTransfers = (library: Koffi): Partial<Transfers> => {
  const { address, load, sizeof } = library
  const functions = sizeof("void*") === POINTER ? functionsOf(load(null)) : undefined
  if (functions === undefined) return {}
  const { preadv2, pwritev2 } = functions
  // One buffer for all calls, since koffi cannot keep the address of a caller's buffer. There is only one call at a
  // time.
  const memory = allocate(library, MOST)
  const buffer = new Uint8Array(memory.bytes)
  /** A `struct iovec`: an address and a length. */
  const vector = new BigUint64Array([BigInt(address(memory.pointer)), 0n])
  const call = (make: NativeFunction, fd: number, length: number, position: number | undefined): number | undefined => {
    vector[1] = BigInt(length)
    const result = make(fd, vector, 1, position ?? OWN, RWF_NOWAIT)
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
