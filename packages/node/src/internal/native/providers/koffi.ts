/**
 * Calls through koffi. Only its binary for this machine is installed, neither its types nor its scripts. The binary may
 * be missing or damaged.
 */
import { isWhole } from "../elf.js"
import { asNumber, type Library, type NativeFunction, type Parameter } from "../library.js"
import { loadOptional } from "../../require.js"
import { allocating } from "./memory.js"
import { keepStandardStreams } from "./standardStreams.js"

interface KoffiFunction extends NativeFunction {
  readonly async: (...args: ReadonlyArray<unknown>) => void
}

/** The part of koffi that is used. */
interface Koffi {
  /** The C library, if `path` is null. */
  readonly load: (path: null) => { readonly func: (prototype: string) => KoffiFunction }
  /** The errno of this thread. */
  readonly errno: () => number
  readonly address: (memory: ArrayBuffer) => bigint
  readonly sizeof: (type: string) => number
}

/**
 * Checks each binary just before it is loaded, because koffi itself decides which one it loads. Loading is synchronous,
 * so nothing else is loaded meanwhile.
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
 * The package with the binary for this machine. It exports all of koffi except what is deprecated. The package `koffi`
 * is not used because it has an install script, about which package managers warn.
 */
const binary = `@koromix/koffi-linux-${process.arch}`

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException // `require` throws nothing else
  if (code === "MODULE_NOT_FOUND" && message.includes(`'${binary}'`)) return "koffi is not installed"
  return `koffi cannot be loaded: ${message.replace(/\.?(?:\n[^]*)?$/, "")}`
}

/** A `long` has as many bits as an address and `size_t`, on every architecture that Linux runs on. */
const types: Readonly<Record<Parameter, string>> = { int: "int", long: "long", text: "str", memory: "void*" }

const over = ({ address, errno, load, sizeof }: Koffi): Library => {
  const libc = load(null)
  const functionOf = (result: string, name: string, parameters: ReadonlyArray<Parameter>): KoffiFunction =>
    libc.func(`${result} ${name}(${parameters.map((parameter) => types[parameter]).join(", ")})`)
  const declare = (name: string, ...parameters: ReadonlyArray<Parameter>) => functionOf("int", name, parameters)
  return {
    declare,
    declareLong: (name, ...parameters) => asNumber(functionOf("long", name, parameters)),
    declareAsync: (...declaration) => {
      const declared = declare(...declaration)
      return (done, ...args) => {
        try {
          declared.async(...args, (error: unknown, result: number) => done(error === null ? result : -1))
        } catch {
          // koffi throws if 256 calls are already running, including those of other users of koffi.
          done(-1)
        }
      }
    },
    errno,
    passesBytes: false,
    long: (value) => value,
    // Not koffi's own memory, which stays allocated when a thread ends.
    allocate: allocating(address),
    addressOf: ({ bytes }) => sizeof("void*") === 8 ? address(bytes) : undefined
  }
}

/**
 * Throws an `Error` with the reason.
 *
 * @internal
 */
export const load = (): Library => {
  try {
    const koffi = checked(() => loadOptional(binary) as Koffi)
    keepStandardStreams()
    return over(koffi)
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}
