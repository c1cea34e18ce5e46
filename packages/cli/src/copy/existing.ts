/** What exists in the destination of an archive. In a dry run, that includes what earlier entries would have created. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { errnoError } from "../failure.js"
import { splitPath } from "../paths.js"
import { LONGEST } from "./entry.js"
import { lstatIfThere } from "./files.js"
import { MOST, sizeOf } from "./memory.js"
import { type Place, refuseMountPoint, Temporary } from "./place.js"

/** What a file is. Only a dry run has directories that are `new`. */
type Found = "directory" | "link" | "new" | "other"

/** The directories above a path, the nearest first. */
function* above(path: string): Iterable<string> {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) yield path.slice(0, at)
}

export class Existing {
  readonly #root: Place["root"]
  /** What a dry run would have created, by path. */
  readonly #made = new Map<string, "new" | "other">()
  #size = 0

  constructor(root: Place["root"]) {
    this.#root = root
  }

  /** Throws the error of a system call if the path leads through a file that is not a directory. */
  find(path: string): Found | undefined {
    const made = this.#made.size === 0 ? undefined : this.#findMade(path)
    if (made !== undefined) return made === "missing" ? undefined : made
    const stat = lstatIfThere({ root: this.#root, path })
    if (stat === undefined) return undefined
    return stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "link" : "other"
  }

  /** Throws the error of `link(2)` if this path cannot be the target of a hard link. */
  checkTarget(path: string): void {
    const found = this.find(path)
    if (found === undefined) throw errnoError("ENOENT")
    if (found === "directory" || found === "new") throw errnoError("EPERM")
  }

  /**
   * Remembers the missing directories above a path, which would be created first. There can be thousands, so nothing is
   * looked up in one that is missing.
   */
  addParents(path: string): void {
    const unknown: Array<string> = []
    let isThere = true
    for (const directory of above(path)) {
      isThere = !this.#made.has(directory)
      if (!isThere) break
      unknown.push(directory)
    }
    for (const directory of unknown.toReversed()) {
      isThere &&= lstatIfThere({ root: this.#root, path: directory }) !== undefined
      if (!isThere) this.#add(directory, "new")
    }
  }

  /** Remembers a directory that would be created, perhaps in the place of another file. */
  addDirectory(path: string): void {
    this.addParents(path)
    this.#refuseMountPoint(path)
    this.#add(path, "new")
  }

  /** Remembers another file that would be created or replaced. Its parents have to be known already. */
  addFile(path: string): void {
    this.#refuseMountPoint(path)
    const temporary = new Temporary({ root: this.#root, path })
    if (SurrogateEscape.byteLength(temporary.place.path) > LONGEST) throw errnoError("ENAMETOOLONG")
    this.#add(path, "other")
  }

  /** Nothing on the disk is in the place of a file whose directory would be new. */
  #refuseMountPoint(path: string): void {
    const { parent } = splitPath(path)
    if (this.#made.has(path) || this.#made.has(parent.replace(/\/$/, ""))) return
    refuseMountPoint({ root: this.#root, path }, parent)
  }

  /**
   * Remembers a path, unless too much is remembered already. Its name can be too long for the file system, which looking
   * it up in a missing directory does not show.
   */
  #add(path: string, type: "new" | "other"): void {
    lstatIfThere({ root: this.#root, path: splitPath(path).name })
    if (!this.#made.has(path)) this.#size += sizeOf(path)
    if (this.#size <= MOST) this.#made.set(path, type)
  }

  /** `missing` is below a directory that would be new, and contains only what would have been created in it. */
  #findMade(path: string): "new" | "other" | "missing" | undefined {
    const made = this.#made.get(path)
    if (made !== undefined) return made
    for (const directory of above(path)) {
      const parent = this.#made.get(directory)
      if (parent === "other") throw errnoError("ENOTDIR")
      if (parent === "new") return "missing"
    }
    return undefined
  }
}
