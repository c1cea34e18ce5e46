/** Paths as mere text, for names in answers and for the parent that Node makes of a path. Nothing is found by these. */

/**
 * Without slashes at the end; nothing is left of the root.
 *
 * @internal
 */
export const trimmed = (path: string): string => {
  let end = path.length
  while (end > 0 && path[end - 1] === "/") end--
  return path.slice(0, end)
}

/**
 * `path.dirname` of Node.
 *
 * @internal
 */
export const dirname = (path: string): string => {
  const text = trimmed(path)
  const slash = text.lastIndexOf("/")
  if (slash === -1) return path.startsWith("/") ? "/" : "."
  return trimmed(text.slice(0, slash)) || "/"
}

/**
 * `path.basename` of Node.
 *
 * @internal
 */
export const basename = (path: string): string => {
  const text = trimmed(path)
  return text.slice(text.lastIndexOf("/") + 1)
}
