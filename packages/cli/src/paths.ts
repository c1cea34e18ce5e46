/** Splits paths as text. Only the end of a path is interpreted; the root resolves the rest. */

export interface SplitPath {
  /** The part before the last name, with its slash, or `.` if there is none. */
  readonly parent: string
  readonly name: string
  /** Whether slashes come after the name. */
  readonly slash: boolean
  /** Whether the last name is `.`, `..` or missing, so that it does not name a file in `parent`. */
  readonly isOther: boolean
}

export const splitPath = (path: string): SplitPath => {
  const end = path.replace(/\/+$/, "")
  const at = end.lastIndexOf("/") + 1
  const name = end.slice(at)
  return { parent: end.slice(0, at) || ".", name, slash: end !== path, isOther: ["", ".", ".."].includes(name) }
}
