/** `openat2(2)` through koffi, an optional dependency whose binaries come inside its package. */
import { createRequire } from "node:module"
import type koffi from "koffi"
import { O_CLOEXEC, O_PATH } from "./constants.js"

/**
 * `RESOLVE_*` of `include/uapi/linux/openat2.h`.
 *
 * @internal
 */
export const Resolve = { noSymlinks: 0x04, beneath: 0x08, inRoot: 0x10 } as const

/** What is asked of the kernel; a result below 0 is an errno, negated. */
interface Call {
  readonly path: string
  readonly flags: number
  readonly resolve: number
}

/** @internal */
export interface Openat2 {
  readonly open: (directory: number, call: Call) => number
  /** On the thread pool; which errno a failure had is not told. */
  readonly openAsync: (directory: number, call: Call, done: (fd: number) => void) => void
  /** The text of the link `name` in `directory`, `undefined` where it cannot be read whole. */
  readonly readlink: (directory: number, name: string) => Buffer | undefined
}

/** The same on every architecture (`include/uapi/asm-generic/unistd.h`). */
const SYS_OPENAT2 = 437
const HOW_SIZE = 24
const PATH_MAX = 4096

/** A `struct open_how`: three 64-bit numbers, flags, mode and resolve. */
const openHow = ({ flags, resolve }: Call): Uint8Array =>
  new Uint8Array(BigUint64Array.of(BigInt(flags | O_PATH | O_CLOEXEC), 0n, BigInt(resolve)).buffer)

/** koffi throws where 256 calls are under way already, its other users' among them; and the pool has a few threads only. */
const AT_ONCE = 64

/** Lets so many calls be under way at once, and the others wait. */
const inTurn = (begin: Openat2["openAsync"]): Openat2["openAsync"] => {
  const waiting: Array<() => void> = []
  let running = 0
  const next = () => {
    running--
    waiting.shift()?.()
  }
  const ask: Openat2["openAsync"] = (directory, call, done) => {
    if (running === AT_ONCE) {
      waiting.push(() => ask(directory, call, done))
      return
    }
    running++
    try {
      begin(directory, call, (fd) => {
        next()
        done(fd)
      })
    } catch {
      next()
      done(-1)
    }
  }
  return ask
}

const bind = ({ errno, load }: typeof koffi): Openat2 => {
  const libc = load(null)
  const syscall = libc.func("long syscall(long, long, str, void*, size_t)")
  const readlinkat = libc.func("long readlinkat(int, str, void*, size_t)")
  const hows = new Map<number, Uint8Array>()
  const how = (call: Call): Uint8Array => {
    const key = call.resolve * 0x1_0000_0000 + call.flags
    let known = hows.get(key)
    if (known === undefined) hows.set(key, known = openHow(call))
    return known
  }
  const text = Buffer.alloc(PATH_MAX)
  return {
    open: (directory, call) => {
      const fd = syscall(SYS_OPENAT2, directory, call.path, how(call), HOW_SIZE) as number
      return fd < 0 ? -errno() : fd
    },
    openAsync: inTurn((directory, call, done) =>
      syscall.async(
        SYS_OPENAT2,
        directory,
        call.path,
        how(call),
        HOW_SIZE,
        (error: unknown, fd: number) => done(error === null ? fd : -1)
      )
    ),
    readlink: (directory, name) => {
      const length = readlinkat(directory, name, text, PATH_MAX) as number
      return length < 0 || length === PATH_MAX ? undefined : text.subarray(0, length)
    }
  }
}

/**
 * The binding, where koffi is installed and has a binary for this machine.
 *
 * @internal
 */
export const load = (): Openat2 | undefined => {
  try {
    return loaded ??= bind(createRequire(import.meta.url)("koffi") as typeof koffi)
  } catch {
    // Not installed, or no binary for this machine: both are what the walk is for.
    return undefined
  }
}

let loaded: Openat2 | undefined
