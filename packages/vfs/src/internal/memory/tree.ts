/** Builds a tree from plain data. */
import { isBytes, MAX_ID } from "../arguments.js"
import { MAX_MAJOR, MAX_MINOR } from "../deviceNumber.js"
import type { NewNode } from "../../InodeOperations.js"
import type { Invalid } from "../../MemoryTree.js"
import type { Device, Entry, LazyFile, Special as SpecialEntry, Tree } from "../../Tree.js"
import { isEncodable, isNameTooLong, isPathTooLong } from "../limits.js"
import { quote, shown } from "../messages.js"
import { PERMISSIONS } from "../mode.js"
import { refuse, whyRefused } from "../refusal.js"
import { directory, file } from "./entries.js"
import { freeze } from "./freeze.js"
import { type Content, type DirectoryImage, lazy, stored } from "./image.js"
import { attach, Directory, File, type Node, Special, SymbolicLink } from "./inode.js"
import { imageBehind } from "./snapshot.js"
import { bytesOf } from "./utf8.js"

/** An entry with a node of its own. */
type Original = Exclude<Entry, { type: "HardLink" }> | LazyFile

/** A new type of entry that is missing here is a compile error. */
const types: Readonly<Record<(Entry | LazyFile)["type"], true>> = {
  BlockDevice: true,
  CharacterDevice: true,
  Directory: true,
  FIFO: true,
  File: true,
  HardLink: true,
  LazyFile: true,
  Socket: true,
  SymbolicLink: true
}

/** A program in JavaScript can pass anything, such as an object that it forgot to turn into text. */
const isEntry = (value: unknown): value is Entry | LazyFile =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" &&
  Object.hasOwn(types, value.type)

const entryOf = (value: Tree[string]): Entry | LazyFile => {
  if (typeof value === "string" || isBytes(value)) return { ...plainFile, content: value }
  return isEntry(value)
    ? value
    : refuse("it is neither text, bytes nor an entry such as directory(); name each file by its whole path")
}

const plainFile = file("")
const implied = { mode: 0o755, uid: 0, gid: 0, mtime: 0 }

const namesOf = (path: string): ReadonlyArray<string> => {
  if (!path.startsWith("/")) refuse("it does not begin with a slash")
  if (path.includes("\0") || !isEncodable(path)) refuse("it contains a character that no name can contain")
  const names = path.split("/").filter((name) => name !== "")
  for (const name of names) {
    if (name === "." || name === "..") refuse(`"${name}" names nothing in a tree`)
    if (isNameTooLong(name)) refuse("a name can have at most 255 bytes")
  }
  return names
}

const isUpTo = (number: number, most: number): boolean => Number.isInteger(number) && number >= 0 && number <= most

const specialOf = (entry: SpecialEntry | Device): NewNode => {
  if (!("major" in entry)) return { type: entry.type }
  const { major, minor, type } = entry
  if (!isUpTo(major, MAX_MAJOR) || !isUpTo(minor, MAX_MINOR)) {
    refuse(`no ${type === "BlockDevice" ? "block" : "character"} device has the numbers ${major} and ${minor}`)
  }
  return { type, major, minor }
}

const nodeOf = (entry: Original): Node => {
  const { gid, uid } = entry
  const mode = entry.type === "SymbolicLink" ? 0o777 : entry.mode
  const mtime = Number(entry.mtime)
  if (!isUpTo(uid, MAX_ID) || !isUpTo(gid, MAX_ID)) refuse(`no user and group have the numbers ${uid} and ${gid}`)
  if (!Number.isInteger(mode)) refuse("its mode is not a whole number")
  if (Number.isNaN(mtime)) refuse("its mtime is not a date")
  const attributes = { mode: mode & PERMISSIONS, uid, gid, mtime }
  switch (entry.type) {
    case "Directory":
      return new Directory(attributes, undefined, entry.mount === true)
    case "File":
      return new File(attributes, stored(checkedContent(entry.content)))
    case "LazyFile":
      return new File(attributes, checkedLazy(entry))
    case "SymbolicLink":
      return new SymbolicLink(attributes, checkedTarget(entry.target))
    default:
      return new Special(attributes, specialOf(entry))
  }
}

const checkedContent = (content: string | Uint8Array): Uint8Array => {
  if (typeof content !== "string" && !isBytes(content)) refuse("its content is neither text nor bytes")
  return bytesOf(content) ?? refuse("its content cannot be encoded as bytes")
}

const checkedLazy = ({ read, size }: LazyFile): Content => {
  if (!isUpTo(size, Number.MAX_SAFE_INTEGER)) refuse("its size is not a whole number of bytes")
  if (typeof read !== "function") refuse("it has no function that reads its content")
  return lazy(size, read)
}

const checkedTarget = (target: string): string => {
  if (typeof target !== "string") refuse("its target is not text")
  if (target === "") refuse("a link needs a target")
  if (target.includes("\0") || !isEncodable(target)) refuse("its target contains a character that no path can contain")
  return isPathTooLong(target) ? refuse("a target can have at most 4,095 bytes") : target
}

/** Parent directories that have no entry of their own so far. */
type Implied = Set<Node>

const parentOf = (top: Directory, names: ReadonlyArray<string>, implications: Implied): Directory => {
  let at = top
  for (const [depth, name] of names.slice(0, -1).entries()) {
    let next = at.get(name)
    if (next === undefined) {
      next = new Directory(implied)
      implications.add(next)
      attach(at, name, next)
    }
    at = next._tag === "Directory"
      ? next
      : refuse(`${quote(`/${names.slice(0, depth + 1).join("/")}`)} is not a directory`)
  }
  return at
}

/** Sets the attributes of a directory that exists because of other entries. */
const name = (node: Directory, entry: Original, implications: Implied): void => {
  if (entry.type !== "Directory") return refuse("other entries use it as a directory")
  if (!implications.delete(node)) refuse("another entry has the same path")
  const { gid, mode, mtime, uid } = nodeOf(entry)
  const isMount = entry.mount === true
  Object.assign(node, { gid, mode, mtime, uid, isMount, atime: mtime, ctime: mtime, birthtime: mtime })
}

const place = (top: Directory, path: string, entry: Original, implications: Implied): void => {
  const names = namesOf(path)
  const last = names.at(-1)
  if (last === undefined) return name(top, entry, implications)
  if (path.endsWith("/") && entry.type !== "Directory") refuse("a slash follows it, but it is not a directory")
  const parent = parentOf(top, names, implications)
  const known = parent.get(last)
  if (known === undefined) attach(parent, last, nodeOf(entry))
  else if (known._tag === "Directory") name(known, entry, implications)
  else refuse("another entry has the same path")
}

/** Hard links are placed last, since the entry that they refer to can come after them. */
const placeAgain = (top: Directory, path: string, of: string, implications: Implied): void => {
  if (typeof of !== "string") refuse("the path of the file that it links to is not text")
  let original: Node | undefined = top
  for (const name of namesOf(of)) original = original?._tag === "Directory" ? original.get(name) : undefined
  if (original === undefined || original._tag === "Directory") return refuse("there is no file for it to link to")
  const names = namesOf(path)
  const last = names.at(-1)
  if (last === undefined || path.endsWith("/")) return refuse("only a directory can be there")
  const parent = parentOf(top, names, implications)
  if (parent.get(last) !== undefined) refuse("another entry has the same path")
  attach(parent, last, original)
}

/** The tree of a file system without any entries. */
const empty: Tree = { "/tmp": directory({ mode: 0o1777 }) }

/** Most of what a program in JavaScript can pass instead has no keys, and would be the empty tree. */
const checkKind = (tree: unknown): void => {
  if (typeof tree === "object" && tree !== null && !(Symbol.iterator in tree)) return
  throw new TypeError(`a tree must be an object whose keys are paths, such as { "/motd": "hello" }, not ${shown(tree)}`)
}

const builtFrom = (tree: Tree): Directory | Invalid => {
  checkKind(tree)
  const top = new Directory(implied)
  const implications: Implied = new Set([top])
  const hardLinks: Array<readonly [path: string, of: string]> = []
  for (const [path, value] of Object.entries(Object.keys(tree).length === 0 ? empty : tree)) {
    const why = whyRefused(() => {
      const entry = entryOf(value)
      if (entry.type === "HardLink") hardLinks.push([path, entry.of])
      else place(top, path, entry, implications)
    })
    if (why !== undefined) return { _tag: "Invalid", path, why }
  }
  for (const [path, of] of hardLinks) {
    const why = whyRefused(() => placeAgain(top, path, of, implications))
    if (why !== undefined) return { _tag: "Invalid", path, why }
  }
  return top
}

/**
 * Returns the image of a tree. For a snapshot, this is the image that it was made from.
 *
 * @internal
 */
export const build = (tree: Tree): DirectoryImage | Invalid => {
  const known = imageBehind(tree)
  if (known !== undefined) return known
  const built = builtFrom(tree)
  return built._tag === "Invalid" ? built : freeze(built)
}
