/**
 * System calls that Node does not have, through what the runtime has to call C functions, or koffi, whose binary for each
 * machine is an optional dependency.
 *
 * @since 0.1.0
 */
import * as binding from "./internal/native/binding.js"
import type * as openat2 from "./internal/native/openat2.js"

/**
 * The calls. A test may pass some that fail.
 *
 * @since 0.1.0
 * @category models
 */
export type Openat2 = openat2.Openat2

/**
 * What makes the native calls.
 *
 * @since 0.1.0
 * @category models
 */
export type Provider = "koffi" | "node:ffi" | "bun:ffi"

/**
 * What makes the native calls of a root, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Native {
  readonly name: Provider | "none"
  readonly reason: string
}

/**
 * What should make the native calls: koffi; what the runtime itself has, `node:ffi` (Node 26) or `bun:ffi`; or nothing.
 * `auto` takes the first that is there: in Node koffi and then `node:ffi`, which prints a warning when it is loaded; in
 * Bun `bun:ffi` and then koffi.
 *
 * @since 0.1.0
 * @category models
 */
export type Choice = "auto" | "koffi" | "runtime" | "none"

/**
 * The native calls, or why there are none.
 *
 * @since 0.1.0
 * @category models
 */
export type Binding =
  | { readonly openat2: Openat2; readonly native?: Native }
  | { readonly openat2: undefined; readonly reason: string }

/**
 * Loads the native calls, or says why there are none.
 *
 * @since 0.1.0
 * @category models
 */
export type Bind = () => Binding

/**
 * Loads the native calls as for `auto`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: Bind = binding.load

/**
 * The options of a root that say which native calls it has. The strategy `walk` has none.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wanted {
  readonly strategy?: "kernel" | "walk" | undefined
  readonly native?: Choice | undefined
}

/**
 * What loads the native calls for some options.
 *
 * @since 0.1.0
 * @category constructors
 */
export const bindFor: (options: Wanted) => Bind = binding.bindFor
