/**
 * Keeps the paths of a walk short. The kernel resolves the whole path in each call, so the cost of a walk would grow
 * with the square of the depth, and paths of more than 4,095 bytes could not be used at all. So from time to time a
 * directory is opened as an anchor: the paths of the files below it begin at its descriptor. Only a few anchors are
 * open at the same time. A closed anchor that is needed again is reopened by its names, starting at the nearest open
 * anchor above it.
 */
import { byteLength } from "@procfsroot/path/SurrogateEscape"
import { closeSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { type Dentry, dentry } from "./dentry.js"
import type { Calls } from "./lookup.js"

/** How many characters may follow an anchor. A path through `/proc/self/fd` costs about as much as 50 of them. */
const REACH = 256

/** The most anchors that are open at the same time. */
const MOST = 32

/** In bytes. In place of the `.` of a root, a call by `node:fs` has the path of a descriptor. */
const LONGEST = 4_095 - descriptorPath(2 ** 31 - 1).length

/**
 * Whether the path may be too long for a call, even though the caller's path is not.
 *
 * @internal
 */
export const isTooLong = (path: string): boolean => path.length * 3 > LONGEST && byteLength(path) > LONGEST

/** @internal */
export class Anchors implements Disposable {
  readonly #calls: Calls
  /**
   * The descriptors of the anchors that are open. The one that was not used for the longest time is the first. Created
   * when needed: most walks have none.
   */
  #open: Map<Dentry, number> | undefined = undefined
  #base = ""

  constructor(calls: Calls) {
    this.#calls = calls
  }

  /** Closes all anchors, and returns the root, whose path is `base`. No dentry from before may be used again. */
  start(base: string): Dentry {
    this[Symbol.dispose]()
    this.#base = base
    return dentry(undefined, base)
  }

  /** The file with this name in the directory. If the directory is far from its anchor, it becomes the anchor. */
  child(directory: Dentry, name: string): Dentry {
    const { anchor, path } = directory
    const reach = anchor === undefined ? this.#base.length + REACH : REACH
    return path.length > reach ? this.below(directory, name) : dentry(anchor, `${path}/${name}`)
  }

  /** The same, with the shortest path that there is. */
  below(directory: Dentry, name: string): Dentry {
    return dentry(directory, `/${name}`)
  }

  /** A path to the file. It may be used until the path of another file is asked for. Throws if `open(2)` fails. */
  pathOf({ anchor, path }: Dentry): string {
    return anchor === undefined ? path : descriptorPath(this.#used(anchor) ?? this.#opened(anchor)) + path
  }

  /** The descriptor of an anchor, if it is open. */
  #used(anchor: Dentry): number | undefined {
    const fd = this.#open?.get(anchor)
    if (fd === undefined) return undefined
    this.#open?.delete(anchor)
    this.#open?.set(anchor, fd)
    return fd
  }

  /** Opens an anchor after those above it. Not by recursion, for which a tree can be too deep. */
  #opened(anchor: Dentry): number {
    const closed: Array<Dentry> = []
    let at: Dentry | undefined = anchor.anchor
    for (; at !== undefined && this.#open?.has(at) !== true; at = at.anchor) closed.push(at)
    for (const above of closed.toReversed()) this.#openOne(above)
    return this.#openOne(anchor)
  }

  #openOne(anchor: Dentry): number {
    const path = this.pathOf(anchor)
    // The path of the root may itself be a link to it.
    const isRoot = anchor.anchor === undefined && path === this.#base
    const fd = this.#calls.openDirectory(isRoot ? `${path}/.` : path)
    const open = this.#open ??= new Map()
    open.set(anchor, fd)
    for (const [first, used] of open) {
      if (open.size <= MOST) break
      open.delete(first)
      closeSync(used)
    }
    return fd
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open?.values() ?? []) closeSync(fd)
    this.#open = undefined
  }
}
