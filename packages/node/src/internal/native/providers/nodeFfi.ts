/** Calls through `node:ffi`, which exists since Node 26. It prints an ExperimentalWarning when it is loaded. */
import { isLarge } from "../architecture.js"
import { asNumber, type Library, loaded, type NativeFunction, type Parameter } from "../library.js"
import { inPlace } from "./memory.js"

/** The part of `node:ffi` that is used. */
interface Ffi {
  /** The C library, if `path` is null. */
  readonly DynamicLibrary: new(path: null) => {
    readonly getFunction: (
      name: string,
      signature: { readonly return: string; readonly arguments: ReadonlyArray<string> }
    ) => (...args: ReadonlyArray<unknown>) => unknown
  }
  readonly getRawPointer: (memory: ArrayBuffer) => bigint
  readonly toArrayBuffer: (pointer: unknown, length: number, copy: boolean) => ArrayBuffer
}

const types: Readonly<Record<Parameter, string>> = { int: "i32", long: "i64", text: "string", memory: "pointer" }

const over = ({ DynamicLibrary, getRawPointer, toArrayBuffer }: Ffi): Library => {
  // One `DynamicLibrary` accepts only one signature per function.
  const functionOf = (name: string, result: string, parameters: ReadonlyArray<Parameter>) =>
    new DynamicLibrary(null).getFunction(name, {
      return: result,
      arguments: parameters.map((parameter) => types[parameter])
    })
  return {
    ...inPlace(toArrayBuffer(functionOf("__errno_location", "pointer", [])(), 4, false), getRawPointer, BigInt),
    // A 64-bit result would be a bigint, which has to be allocated.
    declare: (name, ...parameters) => functionOf(name, "i32", parameters) as NativeFunction,
    declareLong: (name, ...parameters) => asNumber(functionOf(name, "i64", parameters)),
    passesBytes: false,
    long: BigInt
  }
}

/**
 * Throws an `Error` with the reason.
 *
 * @internal
 */
export const load = (): Library => {
  if (!isLarge) throw new Error(`node:ffi is not used on ${process.arch}`)
  let ffi: object | undefined
  try {
    ffi = process.getBuiltinModule("node:ffi")
  } catch (error) {
    throw new Error(`node:ffi cannot be loaded: ${(error as Error).message}`, { cause: error }) // Node throws errors
  }
  if (ffi === undefined) throw new Error(`Node ${process.versions.node} has no node:ffi`)
  const found = ffi as Ffi // not in Node's types
  return loaded("node:ffi", () => over(found))
}
