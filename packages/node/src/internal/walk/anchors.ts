/**
 * Keeps handles short. The kernel walks the whole text of a path at every call, so that looking up one component after
 * the other costs the square of the depth, and a path over 4,095 bytes cannot be asked for at all. Every so far, a
 * directory is opened, and the walk goes on from its descriptor.
 */
import { closeSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { fsCalls, openDirectoryAsync } from "../procfs/lookupCalls.js"
import type { Calls } from "./lookup.js"

/** How many characters may stand behind an anchor: a path through `/proc/self/fd` costs about as much as 50 of them. */
const REACH = 256

/** @internal */
export class Anchors implements Disposable {
  readonly #limit: number
  readonly #calls: Calls
  readonly #open: Array<number> = []
  #disposed = false

  constructor(root: string, calls: Calls = fsCalls) {
    this.#calls = calls
    this.#limit = root.length + REACH
  }

  get size(): number {
    return this.#open.length
  }

  /** The same directory under a short name. Throws as `open(2)` fails. */
  shorten(directory: string): string {
    if (directory.length <= this.#limit) return directory
    const fd = this.#calls.openDirectory(directory)
    this.#open.push(fd)
    return descriptorPath(fd)
  }

  /** As `shorten`, on the thread pool. */
  async shortenAsync(directory: string): Promise<string> {
    if (directory.length <= this.#limit) return directory
    const fd = await openDirectoryAsync(directory)
    // Whoever walked was interrupted meanwhile, and nobody would close it later.
    if (this.#disposed) closeSync(fd)
    else this.#open.push(fd)
    return descriptorPath(fd)
  }

  /** Gives all names up; others may be made. */
  clear(): void {
    for (const fd of this.#open.splice(0)) closeSync(fd)
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.clear()
  }
}
