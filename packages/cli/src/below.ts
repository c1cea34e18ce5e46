/** A directory and everything below it, without following links, no matter how long the paths become. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { codeOf } from "./failure.js"

/** In bytes; the kernel takes 4,095 (`PATH_MAX` in `include/uapi/linux/limits.h`). */
const LONGEST = 4_000

/** A directory that is held open. */
interface Anchor {
  /** How many names lead to it. */
  readonly depth: number
  readonly root: OpenRoot
}

/** A short path in a directory that is held open. */
export interface Place {
  readonly root: OpenRoot
  readonly path: string
}

/**
 * Follows a walk, each directory before what is in it. Some directories on the way are held open, so that paths that are
 * looked at are short; the whole path is made only if it is asked for.
 */
export class Below implements AsyncDisposable {
  /** The first directory. */
  readonly top: OpenRoot
  /** The names of the path, and after them those of longer ones. */
  readonly #names: Array<string> = []
  #depth = 0
  readonly #anchors: Array<Anchor> = []
  /** Of directories that the walk has left. */
  readonly #left: Array<OpenRoot> = []

  private constructor(root: OpenRoot) {
    this.top = root
  }

  /** What the path leads to is the directory. Below it, a link on the way is an error, also if it has just been made. */
  static async open(root: OpenRoot, path: string): Promise<Below> {
    return new Below(await root.subRoot(path, { symlinks: "forbid", readOnly: true }))
  }

  /** Goes to a name that is as many names down. The directory that it is in is that of the walk. */
  move(depth: number, name: string): void {
    this.#names[depth - 1] = name
    this.#depth = depth
    for (let last = this.#anchors.at(-1); last !== undefined && last.depth >= depth; last = this.#anchors.at(-1)) {
      this.#anchors.pop()
      this.#left.push(last.root)
    }
  }

  /** The path from the first directory, or only so many names of it. */
  path(depth: number = this.#depth): string {
    return this.#names.slice(0, depth).join("/")
  }

  /** Where the walk is. */
  place(): Place | Promise<Place> {
    const near = this.#near()
    return this.#left.length === 0 && isShort(near.path) ? near : this.#anchored()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeLeft()
    for (const { root } of this.#anchors.splice(0)) await root.close()
    await this.top.close()
  }

  #near(): Place {
    const { depth, root } = this.#anchors.at(-1) ?? { depth: 0, root: this.top }
    return { root, path: this.#depth === depth ? "." : this.#names.slice(depth, this.#depth).join("/") }
  }

  async #closeLeft(): Promise<void> {
    for (const root of this.#left.splice(0)) await root.close()
  }

  async #anchored(): Promise<Place> {
    await this.#closeLeft()
    for (let near = this.#near();; near = this.#near()) {
      if (isShort(near.path)) return near
      let { depth } = this.#anchors.at(-1) ?? { depth: 0 }
      let path = ""
      for (const name of this.#names.slice(depth, this.#depth)) {
        if (!isShort(path + name)) break
        path += `${name}/`
        depth++
      }
      this.#anchors.push({ depth, root: await near.root.subRoot(path, { symlinks: "forbid", readOnly: true }) })
    }
  }
}

const isShort = (path: string): boolean => path.length * 3 <= LONGEST || Buffer.byteLength(path) <= LONGEST

/** The path of something below a directory, as `find` prints it. */
export const joined = (directory: string, path: string): string =>
  directory.endsWith("/") ? directory + path : `${directory}/${path}`

/** Whether an entry is on the file system of the root. What cannot be looked at says why when it is listed. */
export const isOnDeviceOf = ({ sync }: OpenRoot) => {
  const devOf = (path: string): bigint => sync.lstatSync(path, { bigint: true }).dev
  const device = devOf(".")
  return ({ path }: { readonly path: string }): boolean => {
    try {
      return devOf(path) === device
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return true
    }
  }
}
