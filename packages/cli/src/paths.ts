/** Paths as text. Only their ends are looked at: what is on the way is up to the root. */

export interface SplitPath {
  /** With its slash; `.` if there is none. */
  readonly parent: string
  readonly name: string
  /** Slashes follow the name. */
  readonly slash: boolean
  /** The last name is `.` or `..`, or there is none: it does not name a file in `parent`. */
  readonly isOther: boolean
}

export const splitPath = (path: string): SplitPath => {
  const end = path.replace(/\/+$/, "")
  const at = end.lastIndexOf("/") + 1
  const name = end.slice(at)
  return { parent: end.slice(0, at) || ".", name, slash: end !== path, isOther: ["", ".", ".."].includes(name) }
}
