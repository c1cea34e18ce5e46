/** Calls through `bun:ffi`. */
import { asNumber, type Library, type NativeFunction, type Parameter } from "../library.js"
import { inPlace } from "./memory.js"
import { withTexts } from "./text.js"

/** The part of `bun:ffi` that is used. */
interface Ffi {
  readonly dlopen: (
    path: string,
    functions: Readonly<Record<string, { readonly args: ReadonlyArray<string>; readonly returns: string }>>
  ) => { readonly symbols: Readonly<Record<string, (...args: ReadonlyArray<unknown>) => number>> }
  readonly ptr: (memory: ArrayBuffer) => number
  readonly toArrayBuffer: (pointer: number, offset: number, length: number) => ArrayBuffer
}

const types: Readonly<Record<Parameter, string>> = { int: "i32", long: "i64", text: "ptr", memory: "ptr" }

const over = ({ dlopen, ptr, toArrayBuffer }: Ffi): Library => {
  const functionOf = (name: string, returns: string, parameters: ReadonlyArray<Parameter>): NativeFunction => {
    const { symbols } = dlopen("libc.so.6", {
      [name]: { args: parameters.map((parameter) => types[parameter]), returns }
    })
    return symbols[name] as NativeFunction // dlopen throws if it is missing
  }
  return {
    ...inPlace(toArrayBuffer(functionOf("__errno_location", "ptr", [])(), 0, 4), ptr),
    declare: (name, ...parameters) => withTexts(parameters, functionOf(name, "i32", parameters)),
    declareLong: (name, ...parameters) => asNumber(withTexts(parameters, functionOf(name, "i64", parameters))),
    passesBytes: true,
    long: (value) => value
  }
}

/**
 * Throws an `Error` with the reason.
 *
 * @internal
 */
export const load = (): Library => {
  try {
    return over(process.getBuiltinModule("bun:ffi") as unknown as Ffi) // Node's types do not have it
  } catch (error) {
    throw new Error(`bun:ffi cannot be used: ${(error as Error).message}`, { cause: error }) // Bun throws errors
  }
}
