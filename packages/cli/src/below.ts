/** Gives access to everything below a directory, without following links, no matter how long the paths become. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { codeOf } from "./failure.js"

/**
 * The longest path that is passed to the kernel, in bytes. The kernel accepts 4,095 (`PATH_MAX` in
 * `include/uapi/linux/limits.h`).
 */
const LONGEST = 4_000

/** The directory that is the root. Unlike `.`, it can be opened without the permission to search it. */
export const TOP = "/"

/** Nothing is changed, and a link on the way is an error. */
const STRICT = { symlinks: "forbid", readOnly: true } as const

/** A directory on the way that is kept open. */
interface Anchor {
  /** The number of names in its path. */
  readonly depth: number
  readonly root: OpenRoot
}

/** A short path in an open directory. */
export interface Place {
  readonly root: OpenRoot
  readonly path: string
}

/**
 * Keeps the position of a walk that visits each directory before its contents. Some directories on the way are kept
 * open, so that every path passed to the kernel is short. The whole path is only built by `path`.
 */
export class Below implements AsyncDisposable {
  /** The directory that the walk started from. */
  readonly top: OpenRoot
  /** The names of the current path. Names after `#depth` are left over from longer paths. */
  readonly #names: Array<string> = []
  #depth = 0
  readonly #anchors: Array<Anchor> = []
  /** Directories that the walk has left and that still have to be closed. */
  readonly #left: Array<OpenRoot> = []

  private constructor(root: OpenRoot) {
    this.top = root
  }

  /** Opens the directory that the path leads to. Below it, a link on the way is an error, even if it was just made. */
  static async open(root: OpenRoot, path: string): Promise<Below> {
    return new Below(await root.subRoot(path, STRICT))
  }

  /** Moves to a name at this depth. Its directory is the one that the walk is in. */
  move(depth: number, name: string): void {
    this.#names[depth - 1] = name
    this.#depth = depth
    for (let last = this.#anchors.at(-1); last !== undefined && last.depth >= depth; last = this.#anchors.at(-1)) {
      this.#anchors.pop()
      this.#left.push(last.root)
    }
  }

  /** The path relative to `top`, or only its first `depth` names. */
  path(depth: number = this.#depth): string {
    return this.#names.slice(0, depth).join("/")
  }

  /** The current position, as a path that is short enough for the kernel. */
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
    return { root, path: this.#depth === depth ? TOP : this.#names.slice(depth, this.#depth).join("/") }
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
      this.#anchors.push({ depth, root: await near.root.subRoot(path, STRICT) })
    }
  }
}

const isShort = (path: string): boolean => path.length * 3 <= LONGEST || Buffer.byteLength(path) <= LONGEST

/** Joins the path of a directory and a path below it, as `find` prints them. */
export const joined = (directory: string, path: string): string =>
  directory.endsWith("/") ? directory + path : `${directory}/${path}`

/**
 * Returns a test for whether an entry is on the same file system as the root. An entry whose attributes cannot be read
 * passes, and the error is reported when it is listed.
 */
export const isOnDeviceOf = ({ sync }: OpenRoot) => {
  const devOf = (path: string): bigint => sync.lstatSync(path, { bigint: true }).dev
  const device = devOf(TOP)
  return ({ path }: { readonly path: string }): boolean => {
    try {
      return devOf(path) === device
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return true
    }
  }
}
