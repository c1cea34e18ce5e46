/** Calls through `bun:ffi`. */
import { type Library, loaded, type NativeFunction, type Parameter } from "../library.js"
import { inPlace } from "./memory.js"
import { declaring } from "./text.js"

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
    ...inPlace(toArrayBuffer(functionOf("__errno_location", "ptr", [])(), 0, 4), ptr, Number),
    ...declaring(functionOf)
  }
}

/**
 * Throws an `Error` with the reason.
 *
 * @internal
 */
export const load = (): Library =>
  loaded("bun:ffi", () => {
    const ffi = process.getBuiltinModule("bun:ffi") as unknown as Ffi // Node's types do not have it
    return over(ffi)
  })
