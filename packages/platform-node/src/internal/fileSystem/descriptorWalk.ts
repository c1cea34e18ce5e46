/**
 * The walk with descriptors for handles. `/proc/self/fd/<n>/<name>`, opened with O_PATH and O_NOFOLLOW, is `openat` with
 * one name: nobody can put another directory in the place of one that is held, and `..` is the descriptor that was held
 * before.
 */
import { accessSync, fstatSync } from "node:fs"
import type { ComponentStack } from "@procfsroot/path/ComponentStack"
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import { descriptorPath, O_NOFOLLOW, O_PATH } from "../constants.js"
import { fsCalls, readlink } from "../fsCalls.js"
import { ATTEMPTS, failure, isLink, link, mayBeMagic, plain, unreadable } from "../lookup.js"
import { toNode } from "../pathBytes.js"
import { Hold } from "./hold.js"

/** Links that fan out leave many directories behind; beyond this, those that lead nowhere any more are closed. */
const MAX_HELD = 512

/** @internal */
export const O_HANDLE = O_PATH | O_NOFOLLOW

/** @internal */
export const childPath = (directory: number, name: string): string | Buffer =>
  toNode(`${descriptorPath(directory)}/${name}`)

const addStack = (descriptors: Set<number>, stack: ComponentStack<number>): void => {
  for (let node: ComponentStack<number> | undefined = stack; node !== undefined; node = node.parent) {
    descriptors.add(node.handle)
  }
}

/** What one walk holds. */
class DescriptorWalk {
  /** Of its own: what another walk of the same operation has found is not this one's to close. */
  readonly hold = new Hold()
  /** Where links were met: a walk that fails behind one has come as far as the directory it is in. */
  readonly #linked = new Set<number>()

  lookup(asked: Walk.Lookup<number>): Walk.Entry<number> {
    const { directory, name } = asked
    try {
      if (name === ".") {
        accessSync(childPath(directory.handle, name))
        return { _tag: "Directory", handle: directory.handle }
      }
      if (this.hold.size > MAX_HELD) this.#closeOthers(directory)
      const entry = this.#look(directory.handle, name)
      if (entry._tag === "SymbolicLink") this.#linked.add(directory.handle)
      return entry
    } catch (cause) {
      return failure(cause)
    }
  }

  #look(directory: number, name: string, attempt = 1): Walk.Entry<number> {
    const handle = this.hold.open(childPath(directory, name), O_HANDLE)
    const stat = fstatSync(handle)
    if (!isLink(stat)) return plain(stat, handle)
    const parent = descriptorPath(directory)
    try {
      const target = readlink(`${parent}/${name}`)
      return link(target, handle, mayBeMagic(target, stat) && fsCalls.isProcfs(parent))
    } catch (cause) {
      // Most likely another file was put in its place between the two calls.
      return attempt < ATTEMPTS ? this.#look(directory, name, attempt + 1) : unreadable(cause, handle)
    }
  }

  #closeOthers(stack: ComponentStack<number>): void {
    const kept = new Set(this.#linked)
    addStack(kept, stack)
    this.hold.closeAllBut(kept)
  }
}

/** @internal */
export const walk = (root: number, path: string, policy: Policy, hold: Hold): Walk.Outcome<number> => {
  const descriptors = new DescriptorWalk()
  try {
    return Walk.run(root, path, (asked) => descriptors.lookup(asked), policy)
  } finally {
    hold.takeOver(descriptors.hold)
  }
}
