/**
 * Calls through koffi, of which neither types nor scripts are installed: only its binary for this machine. It may be
 * missing or damaged.
 */
import { createRequire } from "node:module"
import { isWhole } from "../elf.js"
import type { Library, NativeFunction, Parameter } from "../library.js"

interface KoffiFunction extends NativeFunction {
  readonly async: (...args: ReadonlyArray<unknown>) => void
}

/** What is used of it. */
interface Koffi {
  /** The C library, if `path` is null. */
  readonly load: (path: null) => { readonly func: (prototype: string) => KoffiFunction }
  /** Of this thread. */
  readonly errno: () => number
  readonly address: (memory: unknown) => bigint
  readonly alloc: (type: string, length: number) => unknown
  readonly view: (memory: unknown, length: number) => ArrayBuffer
  readonly sizeof: (type: string) => number
}

/**
 * koffi decides which binary it loads, so each one is checked just before. Loading is synchronous: nothing else is
 * loaded in between.
 */
const checked = <A>(load: () => A): A => {
  const { dlopen } = process
  process.dlopen = (module: object, path: string, ...rest) => {
    if (!isWhole(path)) throw new Error(`${path} is cut off`)
    dlopen.call(process, module, path, ...rest)
  }
  try {
    return load()
  } finally {
    process.dlopen = dlopen
  }
}

/**
 * The package of the binary for this machine, which exports all of koffi but what is deprecated. The package `koffi` has
 * an install script, of which package managers warn.
 */
const binary = `@koromix/koffi-linux-${process.arch}`

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException // `require` throws nothing else
  if (code === "MODULE_NOT_FOUND" && message.includes(`'${binary}'`)) return "koffi is not installed"
  return `koffi cannot be loaded: ${message.split("\n", 1)[0]}`
}

/** A `long` has as many bits as an address and `size_t`, on every architecture that Linux runs on. */
const types: Readonly<Record<Parameter, string>> = { int: "int", long: "long", text: "str", memory: "void*" }

const over = ({ address, alloc, errno, load, sizeof, view }: Koffi): Library => {
  const libc = load(null)
  const declare = (name: string, ...parameters: ReadonlyArray<Parameter>): KoffiFunction =>
    libc.func(`int ${name}(${parameters.map((parameter) => types[parameter]).join(", ")})`)
  return {
    declare,
    declareAsync: (...declaration) => {
      const declared = declare(...declaration)
      return (done, ...args) => {
        try {
          declared.async(...args, (error: unknown, result: number) => done(error === null ? result : -1))
        } catch {
          // koffi throws if 256 calls are already running, including those of its other users.
          done(-1)
        }
      }
    },
    errno,
    long: (value) => value,
    // To pass a call its pointer is cheaper than to pass a `Uint8Array`, of which koffi has to find the memory each
    // time.
    allocate: (length) => {
      const pointer = alloc("uint8", length)
      const bytes = view(pointer, length)
      new Uint8Array(bytes).fill(0)
      return { pointer, bytes }
    },
    addressOf: ({ pointer }) => sizeof("void*") === 8 ? address(pointer) : undefined
  }
}

/**
 * Throws an `Error` with the reason.
 *
 * @internal
 */
export const load = (): Library => {
  try {
    return over(checked(() => createRequire(import.meta.url)(binary) as Koffi))
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}
