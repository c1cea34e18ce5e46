/** Calls through `Deno.dlopen`, which needs the permission `--allow-ffi`. */
import { type Library, loaded, type NativeFunction, type Parameter } from "../library.js"
import { inPlace } from "./memory.js"
import { declaring } from "./text.js"

/** An address, which is not a number in Deno. */
type Pointer = object

/** The part of `Deno` that is used. */
interface Deno {
  readonly dlopen: (
    path: string,
    functions: Readonly<Record<string, { readonly parameters: ReadonlyArray<string>; readonly result: string }>>
  ) => { readonly symbols: Readonly<Record<string, (...args: ReadonlyArray<unknown>) => unknown>> }
  readonly UnsafePointer: {
    readonly of: (memory: ArrayBuffer) => Pointer
    readonly value: (pointer: Pointer) => bigint
  }
  readonly UnsafePointerView: { readonly getArrayBuffer: (pointer: unknown, length: number) => ArrayBuffer }
}

const types: Readonly<Record<Parameter, string>> = { int: "i32", long: "i64", text: "buffer", memory: "pointer" }

const over = ({ dlopen, UnsafePointer, UnsafePointerView }: Deno): Library => {
  const functionOf = (name: string, result: string, parameters: ReadonlyArray<Parameter>) => {
    const { symbols } = dlopen("libc.so.6", {
      [name]: { parameters: parameters.map((parameter) => types[parameter]), result }
    })
    return symbols[name] as NativeFunction // dlopen throws if it is missing
  }
  const errno = functionOf("__errno_location", "pointer", [])()
  return {
    ...inPlace(UnsafePointerView.getArrayBuffer(errno, 4), UnsafePointer.of, UnsafePointer.value),
    ...declaring(functionOf)
  }
}

/**
 * Throws an `Error` with the reason.
 *
 * @internal
 */
export const load = (): Library =>
  loaded("Deno.dlopen", () => {
    const { Deno } = globalThis as unknown as { readonly Deno: Deno } // Node's types do not have it
    return over(Deno)
  })
