/** Functions on the text of paths, which do not look up any file. */

const SLASH = 47

/** @internal */
export const withoutSlashes = (path: string): string => {
  let end = path.length
  while (path.charCodeAt(end - 1) === SLASH) end--
  return path.slice(0, end)
}

/**
 * The path of a name, or of several with slashes between them, below the directory at `path`.
 *
 * @internal
 */
export const below = (path: string, name: string): string => `${withoutSlashes(path)}/${name}`

/**
 * The path up to a name, which ends at `end`. Of the slashes after the name, the last one belongs to the next name, if
 * there is one, as in Node's `mkdir` (`MKDirpSync` in `src/node_file.cc`).
 *
 * @internal
 */
export const upToName = (path: string, end: number): string => {
  let next = end
  while (path.charCodeAt(next) === SLASH) next++
  return next === path.length ? path : path.slice(0, Math.max(end, next - 1))
}

/** @internal */
export const isNoName = (name: string): boolean => name === "" || name === "." || name === ".."

/** @internal */
export const split = (path: string): { readonly before: string; readonly name: string; readonly slash: boolean } => {
  const text = withoutSlashes(path)
  const start = text.lastIndexOf("/") + 1
  return { before: text.slice(0, start), name: text.slice(start), slash: text !== path }
}
