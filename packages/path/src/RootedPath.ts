/**
 * Where something is inside a root.
 *
 * @since 0.1.0
 */

declare const RootedPathBrand: unique symbol

/**
 * An absolute path inside a root, as a walk resolved it: it begins with `/`, has no `.`, no `..`, no empty component and
 * no trailing slash. Every directory on it was seen to be one, so no link is left in it, except the last component where
 * the caller asked for it to be kept.
 *
 * It is not a host path: `Root.hostPath` makes one of it.
 *
 * @since 0.1.0
 * @category models
 */
export type RootedPath = string & { readonly [RootedPathBrand]: "RootedPath" }

/**
 * The root itself, `/`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const root: RootedPath = "/" as RootedPath // the brand's invariant holds by inspection

/**
 * Whether `text` has the shape of a `RootedPath`. It says nothing about what is there: only a walk can.
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
 * The components of a path, none for the root.
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
 * Puts a path behind the text that names its root: the path under which the host knows the same file, as long as nobody
 * changes a directory on it.
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
