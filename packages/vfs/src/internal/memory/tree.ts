/** Trees as data, made into nodes. */
import type { Attributes, Entry, Invalid, Tree } from "../../MemoryTree.js"
import { isEncodable, isNameTooLong, isPathTooLong } from "../limits.js"
import { attach, Directory, File, type Node, Special, SymbolicLink } from "./inode.js"
import { bytesOf, contentOf } from "./utf8.js"

const EPOCH = 0

const root = { uid: 0, gid: 0, mtime: new Date(EPOCH) }

/** @internal */
export const file = (content: string | Uint8Array, options: Partial<Attributes> = {}): Entry & { type: "File" } => ({
  type: "File",
  content: typeof content === "string" ? content : contentOf(content),
  mode: 0o644,
  ...root,
  ...options
})

/** @internal */
export const directory = (options: Partial<Attributes> = {}): Entry & { type: "Directory" } => ({
  type: "Directory",
  mode: 0o755,
  ...root,
  ...options
})

/** @internal */
export const link = (
  target: string,
  options: Partial<Omit<Attributes, "mode">> = {}
): Entry & { type: "SymbolicLink" } => ({ type: "SymbolicLink", target, ...root, ...options })

/** @internal */
export const special = <T extends "FIFO" | "Socket">(type: T) => (options: Partial<Attributes> = {}) => ({
  type,
  mode: 0o644,
  ...root,
  ...options
})

/** @internal */
export const hardLink = (of: string): Entry & { type: "HardLink" } => ({ type: "HardLink", of })

/** What makes a node of its own. */
type Original = Exclude<Entry, { type: "HardLink" }>

const entryOf = (value: Tree[string]): Entry =>
  typeof value === "string" || value instanceof Uint8Array ? { ...plainFile, content: value } : value

const plainFile = file("")
const implied = { mode: 0o755, uid: 0, gid: 0, mtime: EPOCH }

/** What stands in the way of a tree, thrown and caught in here. */
class Refusal {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

const refuse = (why: string): never => {
  throw new Refusal(why)
}

const namesOf = (path: string): ReadonlyArray<string> => {
  if (!path.startsWith("/")) refuse("it does not begin with a slash")
  if (path.includes("\0") || !isEncodable(path)) refuse("it holds a character that no name can hold")
  const names = path.split("/").filter((name) => name !== "")
  for (const name of names) {
    if (name === "." || name === "..") refuse(`"${name}" names nothing in a tree`)
    if (isNameTooLong(name)) refuse("a name takes at most 255 bytes")
  }
  return names
}

const nodeOf = (entry: Original): Node => {
  const mode = entry.type === "SymbolicLink" ? 0o777 : entry.mode & 0o7777
  const attributes = { mode, uid: entry.uid, gid: entry.gid, mtime: entry.mtime.getTime() }
  switch (entry.type) {
    case "Directory":
      return new Directory(attributes)
    case "File":
      return new File(attributes, bytesOf(entry.content) ?? refuse("its content stands for no bytes"))
    case "SymbolicLink":
      return new SymbolicLink(attributes, checkedTarget(entry.target))
    default:
      return new Special(attributes, entry.type)
  }
}

const checkedTarget = (target: string): string => {
  if (target === "") refuse("a link needs a target")
  if (target.includes("\0") || !isEncodable(target)) refuse("its target holds a character that no path can hold")
  return isPathTooLong(target) ? refuse("a target takes at most 4,095 bytes") : target
}

/** Directories that no entry has named yet. */
type Implied = Set<Node>

const parentOf = (top: Directory, names: ReadonlyArray<string>, implications: Implied): Directory => {
  let at = top
  for (const name of names.slice(0, -1)) {
    let next = at.children.get(name)
    if (next === undefined) {
      next = new Directory(implied)
      implications.add(next)
      attach(at, name, next)
    }
    at = next._tag === "Directory" ? next : refuse(`"${name}" on the way to it is no directory`)
  }
  return at
}

/** An entry for a directory that is there because of others gives it its attributes. */
const name = (node: Directory, entry: Original, implications: Implied): void => {
  if (entry.type !== "Directory") refuse("other entries use it as a directory")
  if (!implications.delete(node)) refuse("another entry names the same place")
  const { gid, mode, mtime, uid } = nodeOf(entry)
  Object.assign(node, { gid, mode, mtime, uid, atime: mtime, birthtime: mtime })
}

const place = (top: Directory, path: string, entry: Original, implications: Implied): void => {
  const names = namesOf(path)
  const last = names.at(-1)
  if (last === undefined) return name(top, entry, implications)
  if (path.endsWith("/") && entry.type !== "Directory") refuse("a slash follows it, and it is no directory")
  const parent = parentOf(top, names, implications)
  const known = parent.children.get(last)
  if (known === undefined) attach(parent, last, nodeOf(entry))
  else if (known._tag === "Directory") name(known, entry, implications)
  else refuse("another entry names the same place")
}

/** Hard links come last: what they name may be written after them. */
const placeAgain = (top: Directory, path: string, of: string, implications: Implied): void => {
  let original: Node | undefined = top
  for (const name of namesOf(of)) original = original?._tag === "Directory" ? original.children.get(name) : undefined
  if (original === undefined || original._tag === "Directory") return refuse("it is to be a hard link to no file")
  const names = namesOf(path)
  const last = names.at(-1)
  if (last === undefined || path.endsWith("/")) return refuse("only a directory can be there")
  const parent = parentOf(top, names, implications)
  if (parent.children.has(last)) refuse("another entry names the same place")
  attach(parent, last, original)
}

/** @internal */
export const build = (tree: Tree): Directory | Invalid => {
  const top = new Directory(implied)
  top.nlink++ // the root's `..` is itself
  const implications: Implied = new Set([top])
  const entries = Object.entries(tree).map(([path, value]) => [path, entryOf(value)] as const)
  for (const again of [false, true]) {
    for (const [path, entry] of entries) {
      try {
        if (entry.type !== "HardLink") { if (!again) place(top, path, entry, implications) }
        else if (again) placeAgain(top, path, entry.of, implications)
      } catch (refusal) {
        if (refusal instanceof Refusal) return { _tag: "Invalid", path, why: refusal.why }
        throw refusal
      }
    }
  }
  return top
}
