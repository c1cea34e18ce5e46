/**
 * System calls that Node does not have, through koffi. Its binary for each machine is an optional dependency.
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
 * The native calls, or why there are none.
 *
 * @since 0.1.0
 * @category models
 */
export type Binding =
  | { readonly openat2: Openat2 }
  | { readonly openat2: undefined; readonly reason: string }

/**
 * Loads the native calls, or says why there are none.
 *
 * @since 0.1.0
 * @category models
 */
export type Bind = () => Binding

/**
 * Loads koffi. It may be missing, or its binary for this machine may be missing or damaged.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: Bind = binding.load

/**
 * What loads the native calls for a strategy: none are loaded for `walk`, and otherwise the default is used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const bindFor: (strategy: "kernel" | "walk" | undefined) => Bind | undefined = binding.bindFor
