/**
 * Reads and writes that do not wait: `preadv2(2)` and `pwritev2(2)` with RWF_NOWAIT, since Linux 4.14. And copies in
 * the kernel: `copy_file_range(2)`.
 */
import { release } from "node:os"
import type { SystemCalls } from "../systemCalls.js"
import type { Library, NativeFunction } from "./library.js"

const RWF_NOWAIT = 0x8

/** The most bytes that are read or written immediately; more is left to the thread pool. */
const MOST = 65_536

/** A `struct iovec`: an address and a length, of 64 bits each. */
const VECTOR_SIZE = 16

/** As an offset: the current position of the file. */
const OWN = -1

/**
 * The kernels on which a read may return 0 before the end of the file, instead of failing with EAGAIN (BUGS in
 * `preadv2(2)`): the file would seem to end there. Linux 5.10 is still in use.
 */
const seesFalseEnds = /^5\.(?:9|10)(?!\d)/

const functionsOf = ({ declare }: Pick<Library, "declare">) => {
  try {
    return {
      preadv2: declare("preadv2", "int", "memory", "int", "long", "int"),
      pwritev2: declare("pwritev2", "int", "memory", "int", "long", "int")
    }
  } catch {
    // musl has them since 1.2.5.
    return undefined
  }
}

/**
 * Returns `{}` if libc does not have the functions, or pointers do not have 64 bits.
 *
 * @internal
 */
export const bindTransfers = (
  library: Pick<Library, "addressOf" | "allocate" | "declare" | "long">,
  kernel = release()
): Pick<SystemCalls, "readNow" | "writeNow"> => {
  const { addressOf, allocate, long } = library
  const functions = functionsOf(library)
  // One buffer for all calls, since the address of a caller's buffer can change. There is only one call at a time.
  const memory = allocate(MOST)
  const address = addressOf(memory)
  if (functions === undefined || address === undefined) return {}
  const { preadv2, pwritev2 } = functions
  const buffer = new Uint8Array(memory.bytes)
  const { bytes, pointer } = allocate(VECTOR_SIZE)
  const vector = new BigUint64Array(bytes)
  vector[0] = address
  const own = long(OWN)
  const call = (make: NativeFunction, fd: number, length: number, position: number | undefined): number | undefined => {
    vector[1] = BigInt(length)
    const result = make(fd, pointer, 1, position === undefined ? own : long(position), RWF_NOWAIT)
    return result < 0 ? undefined : result
  }
  const readNow: SystemCalls["readNow"] = (fd, bytes, position) => {
    if (bytes.length > MOST) return undefined
    const length = call(preadv2, fd, bytes.length, position)
    if (length !== undefined) bytes.set(buffer.subarray(0, length))
    return length
  }
  return {
    ...(seesFalseEnds.test(kernel) ? {} : { readNow }),
    writeNow: (fd, bytes, position) => {
      if (bytes.length > MOST) return undefined
      buffer.set(bytes)
      return call(pwritev2, fd, bytes.length, position)
    }
  }
}

/**
 * Returns `{}` if no function can be called on the thread pool.
 *
 * @internal
 */
export const bindCopies = ({ declare, declareAsync, long }: Library): Pick<SystemCalls, "copyRange"> => {
  // With null as the addresses of the offsets, it uses the positions of the files.
  const declaration = ["copy_file_range", "int", "memory", "int", "memory", "long", "int"] as const
  const onPool = declareAsync?.(...declaration)
  if (onPool === undefined) return {}
  const now = declare(...declaration)
  return {
    copyRange: {
      now: (from, to, length) => now(from, null, to, null, long(length), 0),
      onPool: (from, to, length, done) => onPool(done, from, null, to, null, long(length), 0)
    }
  }
}
