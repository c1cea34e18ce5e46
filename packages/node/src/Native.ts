/**
 * System calls that Node has not, by koffi: an optional dependency whose binaries come inside its package.
 *
 * @since 0.1.0
 */
import * as binding from "./internal/native/binding.js"
import type * as openat2 from "./internal/native/openat2.js"

/**
 * The calls. A test gives some that fail.
 *
 * @since 0.1.0
 * @category models
 */
export type Openat2 = openat2.Openat2

/**
 * What answers `openat2`, or why nothing does.
 *
 * @since 0.1.0
 * @category models
 */
export type Binding =
  | { readonly openat2: Openat2 }
  | { readonly openat2: undefined; readonly reason: string }

/**
 * Loads koffi, which may be missing, have no binary for this machine, or one that is damaged.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: () => Binding = binding.load
