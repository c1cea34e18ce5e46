/** The content of an archive as a tree of nodes. Entries are added as if they were extracted one after the other. */
import * as Policy from "@procfsroot/path/Policy"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { type FileType, modeOf, typeOf } from "@procfsroot/vfs/Attributes"
import * as Limits from "@procfsroot/vfs/Limits"
import { isNoName, split, withoutSlashes } from "@procfsroot/vfs/Path"
import { refuse, whyRefused } from "@procfsroot/vfs/Refusal"
import type { Skipped } from "../../Tar.js"
import { unavailable } from "../unavailable.js"
import type { Entry } from "./headers.js"

/** @internal */
export const BLOCK = 4096

/** The part of a node that comes from its entry. A later entry for the same directory replaces it. */
type Meta = Pick<Entry, "mode" | "uid" | "gid" | "size" | "mtimeNs" | "atimeNs" | "offset" | "rdev"> & {
  readonly target: string
}

/** @internal */
export class Node {
  readonly ino: number
  /** The content of a directory, in the order of the archive. */
  readonly children: Map<string, Node> | undefined
  meta: Meta
  nlink: number

  constructor(ino: number, meta: Meta) {
    this.ino = ino
    this.meta = meta
    this.children = typeOf(meta) === "Directory" ? new Map() : undefined
    // A directory's `.` counts as a link to itself.
    this.nlink = this.children === undefined ? 0 : 1
  }
}

/** The types in headers. Unknown ones count as files, as POSIX requires. */
const types: Readonly<Record<string, Exclude<FileType, "Unknown">>> = {
  "2": "SymbolicLink",
  "3": "CharacterDevice",
  "4": "BlockDevice",
  "5": "Directory",
  "6": "FIFO",
  D: "Directory"
}

const implied: Meta = {
  mode: modeOf("Directory", 0o755),
  uid: 0,
  gid: 0,
  size: BLOCK,
  mtimeNs: 0n,
  atimeNs: 0n,
  offset: 0,
  rdev: 0,
  target: ""
}

const metaOf = (entry: Entry): Meta => {
  const { atimeNs, gid, link, mode, mtimeNs, offset, rdev, size, uid } = entry
  const type = types[entry.type] ?? "File"
  const common = { mode: modeOf(type, mode), uid, gid, size, mtimeNs, atimeNs, offset, rdev, target: "" }
  switch (type) {
    case "SymbolicLink":
      return { ...common, mode: modeOf(type, 0o777), size: SurrogateEscape.byteLength(link), target: link }
    case "Directory":
      return { ...common, size: BLOCK }
    default:
      return common
  }
}

const missing: Walk.Entry<Node> = { _tag: "Missing" }

/** @internal */
export const fault = (code: string): Walk.Fault => ({ _tag: "Fault", cause: Errno.make(code) })

/** An archive has no mounts. */
const mounted = false

/** @internal */
export const look = ({ directory: { handle: at }, name }: Walk.Lookup<Node>): Walk.Entry<Node> => {
  if (at.children === undefined) return missing // a walk looks for names only in directories
  if (name === ".") return { _tag: "Directory", handle: at }
  if (Limits.isNameTooLong(name)) return fault("ENAMETOOLONG")
  const node = at.children.get(name)
  if (node === undefined) return missing
  if (node.children !== undefined) return { _tag: "Directory", handle: node, mounted }
  return typeOf(node.meta) === "SymbolicLink"
    ? { _tag: "SymbolicLink", target: node.meta.target, handle: node, mounted }
    : { _tag: "Other", handle: node, mounted }
}

const maxSymlinks = Limits.MAXSYMLINKS
const making = Policy.make({ maxSymlinks, missing: "tail" })
const keeping = Policy.make({ maxSymlinks, lastComponent: "keep" })

const sentences: Partial<Record<Walk.Reason["_tag"], string>> = {
  Missing: "nothing is there",
  NotADirectory: "one of its parents is not a directory",
  Cycle: "the links on the way to it lead in a circle",
  TooManySymlinks: "there are too many links on the way to it"
}

const TOO_LONG = "its name is too long"

/**
 * How many names may be looked up in total, and in addition for each file that the archive may contain. A path with 40
 * links to long paths needs 80,000 lookups, and an entry with such a path has 512 bytes.
 */
const LOOKUPS = 1 << 20
const LOOKUPS_PER_FILE = 64

const checkText = (text: string, what: string): void => {
  if (text === "") refuse(`its ${what} is empty`)
  if (text.includes("\0")) refuse(`its ${what} contains a NUL`)
  if (Limits.isPathTooLong(text)) refuse(`its ${what} is too long`)
}

/**
 * Builds the tree of an archive from its entries.
 *
 * @internal
 */
export class Index {
  readonly root: Node
  readonly skipped: Array<Skipped> = []
  readonly #maxInodes: number
  #inodes = 0
  #lookupsLeft: number
  readonly #look = (asked: Walk.Lookup<Node>): Walk.Entry<Node> => {
    if (--this.#lookupsLeft >= 0) return look(asked)
    throw unavailable("EINVAL", "the names in it lead through too many directories and links")
  }

  constructor(maxInodes: number) {
    this.#maxInodes = maxInodes
    this.#lookupsLeft = LOOKUPS + LOOKUPS_PER_FILE * maxInodes
    this.root = this.#make(implied)
    this.root.nlink++ // the root's `..` is the root itself
  }

  /**
   * Adds an entry as if it were extracted by system calls in an empty root: links on the way are followed, and `..`
   * stays inside.
   */
  add(entry: Entry): void {
    if (entry.type === "V") return // the label of a volume is not a file
    const why = whyRefused(() => this.#add(entry))
    if (why === undefined) return
    this.#count()
    this.skipped.push({ path: entry.name, why })
  }

  #add(entry: Entry): void {
    if (entry.sparse) {
      refuse(
        "it is a sparse file, which is not supported: make the archive without --sparse, or with bsdtar --no-read-sparse"
      )
    }
    if (entry.type === "M" || entry.type === "N") refuse(`entries of type ${entry.type} are not supported`)
    checkText(entry.name, "name")
    if (entry.type === "1") return this.#put(entry.name, this.#original(entry.link))
    if (entry.type === "2") checkText(entry.link, "target")
    if (Number.isNaN(entry.uid) || Number.isNaN(entry.gid)) refuse("its owner is not a valid number")
    if (!entry.hasTimes) refuse("its time is not a valid number")
    const meta = metaOf(entry)
    if (typeOf(meta) === "Directory") this.#directory(entry.name, meta)
    else this.#put(entry.name, this.#make(meta))
  }

  /** Skipped entries are counted too, since they take memory. */
  #count(): number {
    if (++this.#inodes <= this.#maxInodes) return this.#inodes
    throw unavailable("EINVAL", `it contains more than ${this.#maxInodes} files (maxInodes)`)
  }

  #make(meta: Meta): Node {
    return new Node(this.#count(), meta)
  }

  #resolve(path: string, policy: Policy.Policy): Walk.Resolved<Node> {
    const outcome = Walk.run(this.root, `/${path}`, this.#look, policy)
    if (outcome._tag === "Resolved") return outcome
    return refuse(sentences[outcome.reason._tag] ?? TOO_LONG)
  }

  /** The directory at `path`. Missing directories are made. */
  #reach(path: string): Node {
    const { place, tail } = this.#resolve(path, making)
    let at = place.handle
    for (const name of tail) {
      const next = this.#make(implied)
      this.#attach(at, name, next)
      at = next
    }
    return at.children === undefined ? refuse("one of its parents is not a directory") : at
  }

  /** The directory that contains the last name, and the name; no name if the path is that of the directory itself. */
  #place(path: string): { readonly directory: Node; readonly name: string | undefined } {
    const { before, name } = split(path)
    return isNoName(name)
      ? { directory: this.#reach(before + name), name: undefined }
      : { directory: this.#reach(before), name }
  }

  #directory(path: string, meta: Meta): void {
    const { directory, name } = this.#place(path)
    const known = name === undefined ? directory : directory.children?.get(name)
    if (known?.children !== undefined) known.meta = meta
    else if (name !== undefined) this.#attach(directory, name, this.#make(meta))
  }

  #original(path: string): Node {
    const { handle } = this.#resolve(withoutSlashes(path), keeping).place
    return handle.children === undefined ? handle : refuse("a directory cannot have a hard link")
  }

  #put(path: string, node: Node): void {
    const { directory, name } = this.#place(path)
    this.#attach(directory, name ?? refuse("it cannot replace a directory"), node)
  }

  /** A later entry replaces an earlier one and everything below it. */
  #attach(directory: Node, name: string, node: Node): void {
    if (Limits.isNameTooLong(name)) refuse(TOO_LONG)
    const known = directory.children?.get(name)
    if (known?.children !== undefined) directory.nlink--
    const gone = known === undefined ? [] : [known]
    for (let last = gone.pop(); last !== undefined; last = gone.pop()) {
      last.nlink--
      for (const child of last.children?.values() ?? []) gone.push(child)
    }
    directory.children?.set(name, node)
    node.nlink++
    // A directory's `..` counts as a link to its parent.
    if (node.children !== undefined) directory.nlink++
  }
}
