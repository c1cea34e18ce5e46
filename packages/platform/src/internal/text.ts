/** Paths as mere text, for names in answers and for the parent that Node makes of a path. Nothing is found by these. */

/**
 * Without slashes at the end; nothing is left of the root.
 *
 * @internal
 */
export const withoutSlashes = (path: string): string => {
  let end = path.length
  while (path[end - 1] === "/") end--
  return path.slice(0, end)
}

/**
 * What is behind the last slash.
 *
 * @internal
 */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/**
 * `path.basename` of Node.
 *
 * @internal
 */
export const basename = (path: string): string => nameOf(withoutSlashes(path))
