/**
 * Functions on the text of paths, which do not look up any file.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/path.js"

/**
 * Removes the slashes at the end of a path. The result for `/` is empty.
 *
 * @since 0.1.0
 * @category getters
 */
export const withoutSlashes: (path: string) => string = internal.withoutSlashes

/**
 * Splits a path before its last name. `slash` is `true` if slashes follow the name. For `/`, the name is empty.
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
 * Returns `true` if the last component of a path is not a name: it is empty, as in `/`, or it is `.` or `..`
 * (`LAST_ROOT`, `LAST_DOT` and `LAST_DOTDOT` in `fs/namei.c`).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isNoName: (component: string) => boolean = internal.isNoName
