/**
 * System calls that Node does not have. They are made with the runtime's own interface to C functions, or with koffi,
 * an optional dependency.
 *
 * @since 0.1.0
 */
import * as binding from "./internal/native/binding.js"
import type * as openat2 from "./internal/native/openat2.js"

/**
 * The system calls themselves. A test can pass calls that fail.
 *
 * @since 0.1.0
 * @category models
 */
export type Openat2 = openat2.Openat2

/**
 * A library that makes native calls.
 *
 * @since 0.1.0
 * @category models
 */
export type Provider = "koffi" | "node:ffi" | "bun:ffi" | "Deno.dlopen"

/**
 * The library that makes the native calls of a root, and the reason for it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Native {
  readonly name: Provider | "none"
  readonly reason: string
}

/**
 * The library to use for native calls: koffi, the runtime's own (`node:ffi` in Node 26, `bun:ffi`, `Deno.dlopen`), or
 * none. `auto` uses the first that is available. In Node it tries koffi and then `node:ffi`, which prints a warning when
 * it is loaded. In Bun and Deno it tries their own and then koffi.
 *
 * @since 0.1.0
 * @category models
 */
export type Choice = "auto" | "koffi" | "runtime" | "none"

/**
 * The native calls, or the reason why there are none.
 *
 * @since 0.1.0
 * @category models
 */
export type Binding =
  | { readonly openat2: Openat2; readonly native?: Native }
  | { readonly openat2: undefined; readonly reason: string }

/**
 * A function that loads the native calls, or returns the reason why there are none.
 *
 * @since 0.1.0
 * @category models
 */
export type Bind = () => Binding

/**
 * Loads the native calls with the library that `auto` stands for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: Bind = binding.load

/**
 * The options that decide which native calls a root has. With the strategy `walk`, it has none.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wanted {
  readonly strategy?: "kernel" | "walk" | undefined
  readonly native?: Choice | undefined
}

/**
 * Returns the function that loads the native calls for the options of a root. Throws a `RangeError` for an
 * unknown value of an option.
 *
 * @since 0.1.0
 * @category constructors
 */
export const bindFor: (options: Wanted) => Bind = binding.bindFor
