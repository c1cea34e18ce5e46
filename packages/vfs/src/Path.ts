/**
 * Paths as text: nothing is looked up.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/path.js"

/**
 * The path without slashes at its end; empty for `/`.
 *
 * @since 0.1.0
 * @category getters
 */
export const withoutSlashes: (path: string) => string = internal.withoutSlashes

/**
 * Splits a path before its last name, and says whether slashes follow the name. The name of `/` is empty.
 *
 * @example
 * import { Path } from "@procfsroot/vfs"
 *
 * Path.split("/etc/hosts/") // { before: "/etc/", name: "hosts", slash: true }
 *
 * @since 0.1.0
 * @category getters
 */
export const split: (path: string) => { readonly before: string; readonly name: string; readonly slash: boolean } =
  internal.split

/**
 * Whether a last component is not a name: it is empty, as in `/`, or `.` or `..` (`LAST_ROOT`, `LAST_DOT` and
 * `LAST_DOTDOT` in `fs/namei.c`).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isNoName: (component: string) => boolean = internal.isNoName
