/**
 * Where something is inside a root.
 *
 * @since 0.1.0
 */

declare const RootedPathBrand: unique symbol

/**
 * An absolute path inside a root, as resolved by a walk: it begins with `/`, and has no `.`, no `..`, no empty
 * component and no trailing slash. Every parent in it was a directory when it was resolved, so it contains no link,
 * except that the last component may be a link if the caller asked to keep it.
 *
 * It is not a host path; `Root.hostPath` converts it to one.
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
 * Whether `text` has the shape of a `RootedPath`. It does not say what is there: only a walk can.
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
 * Appends a path to the name of its root. The result is the host path of the same file, as long as nobody changes a
 * directory in it.
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
