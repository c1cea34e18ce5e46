/**
 * A tree on disk in which the kernel resolves each path, with `openat2` and the flags of a policy. Node then does the
 * operation at the resolved path, which has no links, dots or extra slashes.
 */
import * as Fs from "node:fs"
import { type InTree, textFrom } from "../differential.js"
import { KernelRoot } from "../kernel.js"
import { mountAll, mountedTemporary } from "../mounts.js"
import { type Temporary, temporary } from "../temporary.js"
import { entriesBelow, materialize, type TreeSpec } from "../tree.js"
import { memoryDirectory } from "../inMemory.js"

/** A tmpfs, if there is one. */
export const parent = memoryDirectory

/** An error with an errno. */
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

/** A directory of the host with the tree. It is on a new mount if the tree has mounts. */
export const treeOnDisk = (tree: TreeSpec, { mounts }: InTree): Temporary => {
  const directory = mounts.length === 0 ? temporary(parent) : mountedTemporary(parent)
  materialize(directory.path, tree)
  mountAll(directory.path, mounts)
  return directory
}

/** A name in a directory, with the slashes that follow it in the path. */
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

  /** Whether the tree has mounts, which no operation must enter. */
  get hasMounts(): boolean {
    return this.#judged.mounts.length > 0
  }

  #asked(path: string): { readonly path: string; readonly resolve: number } {
    return { path: textFrom(this.#judged.from, path), resolve: this.#judged.resolve }
  }

  /** The path of a file in the tree. */
  find(path: string, lastComponent: "follow" | "keep" = "follow"): string {
    const answer = this.#kernel.ask({ ...this.#asked(path), lastComponent })
    return "errno" in answer ? refuse(answer.errno) : answer.ok
  }

  /** The host path of a file. */
  host(path: string, lastComponent: "follow" | "keep" = "follow"): string {
    return this.#box.path + this.find(path, lastComponent)
  }

  /** Like `find`, but returns `undefined` if the file is missing. */
  findIfThere(path: string, lastComponent: "follow" | "keep" = "follow"): string | undefined {
    const answer = this.#kernel.ask({ ...this.#asked(path), lastComponent })
    if ("ok" in answer) return answer.ok
    return answer.errno === "ENOENT" ? undefined : refuse(answer.errno)
  }

  /** The directory of the last name, or `undefined` if the last component is not a name. */
  parent(path: string): Place | undefined {
    if (path === "") refuse("ENOENT")
    const [, before = "", name = "", slash = ""] = /^(.*?)([^/]*)(\/*)$/s.exec(path) ?? []
    if (name !== "" && name !== "." && name !== "..") return { directory: this.find(`${before}.`), name, slash }
    this.find(path)
    return undefined
  }

  /** The host path of a name, for calls that act on a name. Fails with `code` if the last component is not a name. */
  name(path: string, code: string): string {
    const place = this.parent(path) ?? refuse(code)
    return this.at(place)
  }

  at({ directory, name, slash }: Place): string {
    return `${this.#box.path}${directory}/${name}${slash}`
  }

  /** Opens a file like the kernel for a process in a root with this policy. The caller closes it. */
  open(path: string, flags: number): number {
    // openat2 refuses a mode without O_CREAT with EINVAL.
    const mode = (flags & O_CREAT) === 0 ? 0 : 0o666
    const asked = this.#asked(path)
    const fd = this.#kernel.open({ ...asked, path: Buffer.from(asked.path), flags, mode })
    return typeof fd === "number" ? fd : refuse(fd.errno)
  }

  close(fd: number): void {
    this.#kernel.close(fd)
  }

  /** Fails like an open with `O_CREAT`. If that creates a file, it is removed again. */
  couldCreate(path: string): void {
    const before = this.#kernel.ask(this.#asked(path))
    // If a path does not resolve, O_CREAT can report another error: slashes after a name are checked before a loop.
    const fd = this.open(path, O_CREAT | O_WRONLY)
    if ("errno" in before) Fs.unlinkSync(Fs.readlinkSync(`/proc/self/fd/${fd}`))
    this.close(fd)
  }

  /** Whether the kernel resolves a path to a directory. */
  isDirectory(path: string, lastComponent: "follow" | "keep"): boolean {
    return Fs.lstatSync(this.host(path, lastComponent)).isDirectory()
  }

  /** All names below a directory of the tree. Fails at a mount, if the kernel refuses it. */
  namesBelow(top: string): ReadonlyArray<string> {
    return Fs.readdirSync(this.#box.path + top).flatMap((name) => {
      const { resolve } = this.#judged
      const place = `${top === "/" ? "" : top}/${name}`
      // Relative, since the policy can refuse absolute paths.
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

/** The mode, if `chmod` has set it. Other modes are not compared. */
const modeOf = (mode: number): string => (mode & 0o070) === 0 ? (mode & 0o777).toString(8) : ""

/** The time, if `utimes` has set it. Other times are not compared. */
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

/** All files in a directory of the host. */
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
