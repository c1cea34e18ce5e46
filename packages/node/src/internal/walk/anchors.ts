/**
 * Keeps the paths of a walk short. The kernel resolves the whole path in each call, so the cost of a walk would grow
 * with the square of the depth, and paths of more than 4,095 bytes could not be used at all. So from time to time a
 * directory is opened, and the walk continues from its descriptor.
 */
import { closeSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import type { Calls } from "./lookup.js"

/** How many characters may follow an anchor. A path through `/proc/self/fd` costs about as much as 50 of them. */
const REACH = 256

/** @internal */
export class Anchors implements Disposable {
  readonly #limit: number
  readonly #calls: Calls
  readonly #open: Array<number> = []

  constructor(root: string, calls: Calls) {
    this.#calls = calls
    this.#limit = root.length + REACH
  }

  get size(): number {
    return this.#open.length
  }

  /** A short path to the same directory. Throws if `open(2)` fails. */
  shorten(directory: string): string {
    if (directory.length <= this.#limit) return directory
    const fd = this.#calls.openDirectory(directory)
    this.#open.push(fd)
    return descriptorPath(fd)
  }

  /** Closes all anchors. New ones may be opened. */
  clear(): void {
    for (const fd of this.#open.splice(0)) closeSync(fd)
  }

  [Symbol.dispose](): void {
    this.clear()
  }
}
