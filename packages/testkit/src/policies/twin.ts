/**
 * A tree on the disk for which the kernel says where each path leads, by `openat2` with the flags of a policy. What an
 * operation does there is done by Node, at the place that the kernel names: a path without a link, a dot or a slash too
 * many.
 */
import * as Fs from "node:fs"
import { type InTree, textFrom } from "../differential.js"
import { KernelRoot } from "../kernel.js"
import { mountAll, mountedTemporary } from "../mounts.js"
import { type Temporary, temporary } from "../temporary.js"
import { entriesBelow, materialize, type TreeSpec } from "../tree.js"

/** Memory, where there is some. */
export const parent = Fs.existsSync("/dev/shm") ? "/dev/shm" : undefined

/** An errno as it is thrown here. */
class Refused extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export const refuse = (code: string): never => {
  throw new Refused(code)
}

const { O_CREAT, O_WRONLY } = Fs.constants

/** A directory of the host for a tree, on a mount of its own if something is to be mounted in it. */
export const treeOnDisk = (tree: TreeSpec, { mounts }: InTree): Temporary => {
  const directory = mounts.length === 0 ? temporary(parent) : mountedTemporary(parent)
  materialize(directory.path, tree)
  mountAll(directory.path, mounts)
  return directory
}

/** A name in a directory, with slashes after it as in the path. */
export interface Place {
  readonly directory: string
  readonly name: string
  readonly slash: string
}

export class Twin implements Disposable {
  readonly #box: Temporary
  readonly #kernel: KernelRoot
  readonly #judged: InTree

  constructor(tree: TreeSpec, judged: InTree) {
    this.#box = treeOnDisk(tree, judged)
    this.#kernel = new KernelRoot(this.#box.path)
    this.#judged = judged
  }

  get path(): string {
    return this.#box.path
  }

  /** Whether something is mounted in the tree, which no operation may enter. */
  get hasMounts(): boolean {
    return this.#judged.mounts.length > 0
  }

  #asked(path: string): { readonly path: string; readonly resolve: number } {
    return { path: textFrom(this.#judged.from, path), resolve: this.#judged.resolve }
  }

  /** The place of a file in the tree. */
  find(path: string, lastComponent: "follow" | "keep" = "follow"): string {
    const answer = this.#kernel.ask({ ...this.#asked(path), lastComponent })
    return "errno" in answer ? refuse(answer.errno) : answer.ok
  }

  /** The same on the host. */
  host(path: string, lastComponent: "follow" | "keep" = "follow"): string {
    return this.#box.path + this.find(path, lastComponent)
  }

  /** As `find`, `undefined` if it is missing. */
  findIfThere(path: string, lastComponent: "follow" | "keep" = "follow"): string | undefined {
    const answer = this.#kernel.ask({ ...this.#asked(path), lastComponent })
    if ("ok" in answer) return answer.ok
    return answer.errno === "ENOENT" ? undefined : refuse(answer.errno)
  }

  /** The directory before the last name; `undefined` if the last component is not a name. */
  parent(path: string): Place | undefined {
    if (path === "") refuse("ENOENT")
    const [, before = "", name = "", slash = ""] = /^(.*?)([^/]*)(\/*)$/s.exec(path) ?? []
    if (name !== "" && name !== "." && name !== "..") return { directory: this.find(`${before}.`), name, slash }
    this.find(path)
    return undefined
  }

  /** The name on the host, for a call that acts on a name; `code` if it is not a name. */
  name(path: string, code: string): string {
    const place = this.parent(path) ?? refuse(code)
    return this.at(place)
  }

  at({ directory, name, slash }: Place): string {
    return `${this.#box.path}${directory}/${name}${slash}`
  }

  /** Opens a file as the kernel would for a process in a root with this policy; the caller closes it. */
  open(path: string, flags: number): number {
    // A mode without O_CREAT is EINVAL.
    const mode = (flags & O_CREAT) === 0 ? 0 : 0o666
    const asked = this.#asked(path)
    const fd = this.#kernel.open({ ...asked, path: Buffer.from(asked.path), flags, mode })
    return typeof fd === "number" ? fd : refuse(fd.errno)
  }

  /** Fails as `O_CREAT` does. A file that was not there before is removed again. */
  couldCreate(path: string): void {
    const before = this.#kernel.ask(this.#asked(path))
    // Of a path that does not resolve, O_CREAT may say something else: slashes after a name come before a loop.
    const fd = this.open(path, O_CREAT | O_WRONLY)
    if ("errno" in before) Fs.unlinkSync(Fs.readlinkSync(`/proc/self/fd/${fd}`))
    Fs.closeSync(fd)
  }

  /** Whether a path leads to a directory, as the kernel opens it. */
  isDirectory(path: string, lastComponent: "follow" | "keep"): boolean {
    return Fs.lstatSync(this.host(path, lastComponent)).isDirectory()
  }

  /** Everything below a place of the tree, as far as the kernel goes: a mount on the way is an error. */
  namesBelow(top: string): ReadonlyArray<string> {
    return Fs.readdirSync(this.#box.path + top).flatMap((name) => {
      const { resolve } = this.#judged
      const place = `${top === "/" ? "" : top}/${name}`
      // Relative, since the policy may refuse absolute paths.
      const found = this.#kernel.ask({ path: `.${place}`, lastComponent: "keep", resolve })
      if ("errno" in found) return refuse(found.errno)
      const isDirectory = Fs.lstatSync(this.#box.path + place).isDirectory()
      return [name, ...(isDirectory ? this.namesBelow(place).map((below) => `${name}/${below}`) : [])]
    })
  }

  [Symbol.dispose](): void {
    this.#kernel[Symbol.dispose]()
    this.#box[Symbol.dispose]()
  }
}

/** Only modes that `chmod` has set are compared, */
const modeOf = (mode: number): string => (mode & 0o070) === 0 ? (mode & 0o777).toString(8) : ""

/** and only times that `utimes` has set. */
const timeOf = (type: string, mtime: number): string =>
  type === "File" && mtime < 1_000_000_000_000 ? String(mtime) : ""

export interface FileState {
  readonly type: string
  readonly mode: number
  readonly mtime: number
  /** The content of a file, or the target of a link. */
  readonly text: string
}

/** A file as a line that can be compared. */
export const lineOf = (path: string, { mode, mtime, text, type }: FileState): string =>
  type === "SymbolicLink" ? `${path} -> ${text}` : `${path} ${type} ${modeOf(mode)} ${timeOf(type, mtime)} ${text}`

/** All that is in a directory of the host. */
export const linesOf = (directory: string): ReadonlyArray<string> =>
  entriesBelow(directory).map(({ name, parentPath }) => {
    const place = `${parentPath}/${name}`
    const stat = Fs.lstatSync(place)
    const type = stat.isSymbolicLink() ? "SymbolicLink" : stat.isDirectory() ? "Directory" : "File"
    const text = type === "SymbolicLink"
      ? Fs.readlinkSync(place)
      : type === "File"
      ? Fs.readFileSync(place, "utf8")
      : ""
    return lineOf(place.slice(directory.length), { type, mode: stat.mode, mtime: Math.round(stat.mtimeMs), text })
  }).toSorted()
