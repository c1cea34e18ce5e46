/** Identifies files by an open root and a path in it, and gives a finished file its name. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { TOP } from "../below.js"
import { codeOf } from "../failure.js"
import { splitPath } from "../paths.js"
import { ofCopy, Refused } from "./why.js"

/** A file in an open root. The path is relative, and empty for the root's own directory. */
export interface Place {
  readonly root: OpenRoot
  readonly path: string
}

/**
 * The policy for directories that are copied from or to. Nothing in the tree leads out of it: links are not followed,
 * even if somebody replaces directories with links.
 */
export const INSIDE = { containment: "beneath", symlinks: "forbid" } as const

/**
 * How many characters a path can have before it is shortened. The kernel accepts paths of at most 4,095 bytes, a name
 * can have 255 bytes, and a character at most three.
 */
const LONG = 1_000

/**
 * How many names a path can have before it is shortened. Without openat2(2), every name is looked up separately each
 * time.
 */
const DEEP = 64

const isLong = (path: string): boolean =>
  path.length > LONG || (path.length > 2 * DEEP && path.split("/").length > DEEP)

export const placeIn = ({ path, root }: Place, name: string): Place => ({
  root,
  path: path === "" || path === TOP ? name : `${path}/${name}`
})

/** Whether system calls that Node does not have can be made there. */
export const hasNativeCalls = ({ root: { strategy: { native } } }: Place): boolean =>
  native !== undefined && native.name !== "none"

/** The path as system calls accept it. */
export const textOf = ({ path }: Place): string => path === "" ? "." : path

/**
 * The directory of a root. It is `/` if `.` cannot be resolved because nobody may search the directory: it can still be
 * copied, and its names be listed.
 */
export const topOf = async (root: OpenRoot): Promise<Place> => {
  try {
    await root.promises.lstat(".")
    return { root, path: "" }
  } catch (error) {
    if (codeOf(error) === "EACCES") return { root, path: TOP }
    throw error
  }
}

/**
 * Returns the same directory with a path that leaves room for more names. A root that has to be closed is added to
 * `opened`.
 */
export const shortened = async (place: Place, opened: Array<OpenRoot>): Promise<Place> => {
  if (!isLong(place.path)) return place
  const root = await place.root.subRoot(place.path, INSIDE)
  opened.push(root)
  return { root, path: "" }
}

/** How a finished file gets its name. */
export interface Naming {
  /** Whether an existing file is replaced. */
  readonly overwrite: boolean
  /** Whether the copy has created the directory. */
  readonly isNew?: boolean
  readonly isLink?: boolean
}

/** A random prefix: no other process uses it or can guess it. */
const newPrefix = (): string =>
  `.procfsroot-cp-${Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url")}-`

let prefix: string | undefined

let made = 0

/** The errors if there are no native calls, or if the file system cannot rename without replacing. */
const CANNOT_RENAME = new Set(["ENOTSUP", "ENOSYS", "EINVAL"])

/** The errors if the file system has no hard links. */
const CANNOT_LINK = new Set(["EPERM", "ENOTSUP", "ENOSYS"])

type Given = "kept" | "linked" | "renamed"

/** Links instead of renaming, since link fails with EEXIST where rename would replace a file. */
const linkTo = (temporary: Place, place: Place): Given => {
  try {
    place.root.sync.linkSync(temporary.path, place.path)
    return "linked"
  } catch (error) {
    const code = codeOf(error)
    if (code === "EEXIST") return "kept"
    if (code === undefined || !CANNOT_LINK.has(code)) throw error
    throw new Refused(
      `--no-overwrite needs hard links, or renames that replace nothing, which are not possible there (${code})`
    )
  }
}

/**
 * Refuses to replace a mount point, which is not on the same mount as `sibling`. The kernel refuses it only in the mount
 * namespace of this process; in that of a container, the mount would end.
 */
export const refuseMountPoint = ({ path, root }: Place, sibling: string): void => {
  try {
    const { mountId } = root.directorySync.lstat(path)
    if (mountId === root.directorySync.lstat(sibling).mountId) return
  } catch (error) {
    if (codeOf(error) === "ENOENT") return
    throw error
  }
  throw new Refused("a mount point is in its place (EBUSY)")
}

const replace = (temporary: Place, place: Place): Given => {
  refuseMountPoint(place, temporary.path)
  place.root.directorySync.rename(temporary.path, place.path, { mode: "replace" })
  return "renamed"
}

/** Somebody else could create the file after it was looked up, but this copy does not. */
const renameIfMissing = (temporary: Place, place: Place): Given =>
  place.root.sync.lstatSync(place.path, { throwIfNoEntry: false }) === undefined ? replace(temporary, place) : "kept"

/** Renames without replacing. `otherwise` is called if that is not possible there. */
const renameTo = (temporary: Place, place: Place, otherwise: typeof linkTo): Given => {
  try {
    place.root.directorySync.rename(temporary.path, place.path, { mode: "noreplace" })
    return "renamed"
  } catch (error) {
    const code = codeOf(error)
    if (code === "EEXIST") return "kept"
    if (code !== undefined && CANNOT_RENAME.has(code)) return otherwise(temporary, place)
    throw error
  }
}

/** Whether the directory lists exactly this name. */
const isListed = ({ path, root }: Place): boolean => {
  const { name, parent } = splitPath(path)
  return root.sync.readdirSync(parent).includes(name)
}

/** The file system takes another name for this one, for example if it ignores upper and lower case. */
export class Taken extends Refused {
  constructor() {
    super("the file system of the copy takes its name for that of another file in the same directory")
  }
}

/**
 * In a directory that the copy has created, only a name that is listed again, or that somebody else has created, can
 * exist already.
 */
const giveNameInNew = (temporary: Place, place: Place, overwrite: boolean): Given => {
  const given = renameTo(temporary, place, renameIfMissing)
  if (given !== "kept") return given
  if (!isListed(place)) throw new Taken()
  return overwrite ? replace(temporary, place) : "kept"
}

const giveName = (temporary: Place, place: Place, { isNew, overwrite }: Naming): Given => {
  if (isNew === true) return giveNameInNew(temporary, place, overwrite)
  return overwrite ? replace(temporary, place) : renameTo(temporary, place, linkTo)
}

/** Creates a file that only its owner can read until it is complete. */
export const create = ({ path, root }: Place): FileSync =>
  root.directorySync.openFile(path, { flag: "wx", mode: 0o600 })

const removeQuietly = ({ path, root }: Place): void => {
  try {
    root.sync.unlinkSync(path)
  } catch {
    // There is nothing else to do: the error that counts is another one.
  }
}

/**
 * A temporary name for a file until it is complete. It is removed at the end, even after an error, unless the file got
 * its own name; it stays if the process is killed.
 */
export class Temporary implements Disposable {
  /** A place in the same directory, and therefore on the same file system, as rename requires. */
  readonly place: Place
  readonly #final: Place
  #isRenamed = false

  constructor(final: Place) {
    const { path, root } = final
    const directory = path.slice(0, path.lastIndexOf("/") + 1)
    this.place = { root, path: `${directory}${prefix ??= newPrefix()}${made++}` }
    this.#final = final
  }

  /**
   * Gives the file its own name. Returns false if it was not given, because without `overwrite` an existing file is
   * kept. The name of a hard link is removed nevertheless: renaming it to another name of the same file does nothing
   * (`rename(2)`).
   */
  giveName(naming: Naming): boolean {
    const given = ofCopy(() => giveName(this.place, this.#final, naming))
    this.#isRenamed = given === "renamed" && naming.isLink !== true
    return given !== "kept"
  }

  [Symbol.dispose](): void {
    if (!this.#isRenamed) removeQuietly(this.place)
  }
}
