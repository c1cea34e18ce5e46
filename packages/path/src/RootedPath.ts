/**
 * Resolved paths inside a root.
 *
 * @since 0.1.0
 */

// The brand is not a symbol, since the declarations of a program could not name that.

/**
 * An absolute path inside a root, as a walk resolved it. It begins with `/`, and has no `.`, no `..`, no empty
 * component and no trailing slash. Every parent in it was a directory, not a link, when it was resolved. Only the last
 * component may be a link, if the caller asked to keep it.
 *
 * It is not a host path: `Root.hostPath` converts it to one.
 *
 * @since 0.1.0
 * @category models
 */
export type RootedPath = string & { readonly "~procfsroot/RootedPath": "RootedPath" }

/**
 * The root itself, `/`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const root: RootedPath = "/" as RootedPath // absolute and clean

/**
 * Returns `true` if `text` has the form of a `RootedPath`. This does not look at any file: only a walk can find out
 * what is there.
 *
 * @example
 * import { RootedPath } from "@procfsroot/path"
 *
 * RootedPath.isRootedPath("/etc/passwd") // true
 * RootedPath.isRootedPath("/etc/../passwd") // false
 *
 * @since 0.1.0
 * @category guards
 */
export const isRootedPath = (text: string): text is RootedPath =>
  text === "/" ||
  (text.startsWith("/") && !text.includes("\0") &&
    text.slice(1).split("/").every((name) => name !== "" && name !== "." && name !== ".."))

/**
 * Splits a path into its components. The root has none.
 *
 * @example
 * import { RootedPath } from "@procfsroot/path"
 *
 * RootedPath.components(RootedPath.root) // []
 *
 * @since 0.1.0
 * @category destructors
 */
export const components = (path: RootedPath): ReadonlyArray<string> => path === "/" ? [] : path.slice(1).split("/")

/**
 * Appends a path inside a root to the root's own path. The result is the host path of the same file, as long as nobody
 * renames or replaces a directory on the way.
 *
 * @example
 * import { RootedPath } from "@procfsroot/path"
 *
 * RootedPath.behind("/proc/1/root", RootedPath.root) // "/proc/1/root"
 *
 * @since 0.1.0
 * @category destructors
 */
export const behind = (rootPath: string, path: RootedPath): string => {
  if (path === "/") return rootPath
  return rootPath.endsWith("/") ? rootPath + path.slice(1) : rootPath + path
}
