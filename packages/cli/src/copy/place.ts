/** Directories by an open root and a path below it, and the step that gives a finished file its name. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { codeOf } from "../failure.js"

/** A file in an open root. The path is relative, and empty for the root's own directory. */
export interface Place {
  readonly root: OpenRoot
  readonly path: string
}

/**
 * How a directory is opened to be copied from or to. Nothing in the tree leads out of it: no link is followed on the
 * way, even while somebody exchanges directories for links.
 */
export const INSIDE = { containment: "beneath", symlinks: "forbid" } as const

/** The kernel takes paths of at most 4,095 bytes. A name may have 255, and a character at most three. */
const LONG = 1_000

/** Without openat2(2) each name is looked up by itself, every time. */
const DEEP = 64

const isLong = (path: string): boolean =>
  path.length > LONG || (path.length > 2 * DEEP && path.split("/").length > DEEP)

export const placeIn = ({ path, root }: Place, name: string): Place => ({
  root,
  path: path === "" ? name : `${path}/${name}`
})

/** The path as a call takes it. */
export const textOf = ({ path }: Place): string => path === "" ? "." : path

/** The same directory by a path that leaves room for more names. What has to be closed is added to `opened`. */
export const shortened = async (place: Place, opened: Array<OpenRoot>): Promise<Place> => {
  if (!isLong(place.path)) return place
  const root = await place.root.subRoot(place.path, INSIDE)
  opened.push(root)
  return { root, path: "" }
}

/** Nobody else has chosen names of this process, nor can guess them. */
const newPrefix = (): string =>
  `.procfsroot-cp-${Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url")}-`

let prefix: string | undefined

let made = 0

/** In the same directory, and so on the same file system, as a rename needs it. */
const temporaryBeside = ({ path, root }: Place): Place => {
  const directory = path.slice(0, path.lastIndexOf("/") + 1)
  return { root, path: `${directory}${prefix ??= newPrefix()}${made++}` }
}

/** Without native calls, or on a file system that cannot rename without replacing. */
const CANNOT_RENAME = new Set(["ENOTSUP", "ENOSYS", "EINVAL"])

/** A second name fails with EEXIST where a rename would replace. */
const linkTo = async (temporary: Place, place: Place): Promise<"kept" | "linked"> => {
  try {
    await place.root.promises.link(temporary.path, place.path)
    return "linked"
  } catch (error) {
    if (codeOf(error) === "EEXIST") return "kept"
    throw error
  }
}

const giveName = async (temporary: Place, place: Place, overwrite: boolean): Promise<"kept" | "linked" | "renamed"> => {
  const { directory } = place.root
  try {
    await directory.rename(temporary.path, place.path, { mode: overwrite ? "replace" : "noreplace" })
    return "renamed"
  } catch (error) {
    const code = codeOf(error)
    if (overwrite || code === undefined) throw error
    if (code === "EEXIST") return "kept"
    if (CANNOT_RENAME.has(code)) return linkTo(temporary, place)
    throw error
  }
}

export const removeQuietly = ({ path, root }: Place): Promise<void> => root.promises.unlink(path).catch(() => {})

/**
 * Makes a file under a temporary name, and gives it its own when it is complete. Whether it has got it: without
 * `overwrite`, what is there stays. The temporary name is removed even after an error, but not if the process is killed.
 */
export const put = async (
  place: Place,
  overwrite: boolean,
  make: (temporary: Place) => Promise<void>
): Promise<boolean> => {
  const temporary = temporaryBeside(place)
  let isRenamed = false
  try {
    await make(temporary)
    const given = await giveName(temporary, place, overwrite)
    isRenamed = given === "renamed"
    return given !== "kept"
  } finally {
    if (!isRenamed) await removeQuietly(temporary)
  }
}
