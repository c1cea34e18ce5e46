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
import { failure, isInvalid, isLink, link, mayBeMagic, plain } from "../lookup.js"
import { toNode } from "../pathBytes.js"
import type { Hold } from "./hold.js"

/** Links that fan out leave many directories behind; beyond this, those that lead nowhere any more are closed. */
const MAX_HELD = 512

/** @internal */
export const O_HANDLE = O_PATH | O_NOFOLLOW

/** @internal */
export const childPath = (directory: number, name: string): string | Buffer =>
  toNode(`${descriptorPath(directory)}/${name}`)

const onStack = (stack: ComponentStack<number>): ReadonlySet<number> => {
  const descriptors = new Set<number>()
  for (let node: ComponentStack<number> | undefined = stack; node !== undefined; node = node.parent) {
    descriptors.add(node.handle)
  }
  return descriptors
}

const lookup = (hold: Hold, asked: Walk.Lookup<number>): Walk.Entry<number> => {
  const { directory, name } = asked
  const parent = descriptorPath(directory.handle)
  const place = toNode(`${parent}/${name}`)
  try {
    if (name === ".") {
      accessSync(place)
      return { _tag: "Directory", handle: directory.handle }
    }
    if (hold.size > MAX_HELD) hold.closeAllBut(onStack(directory))
    const handle = hold.open(place, O_HANDLE)
    const stat = fstatSync(handle)
    if (!isLink(stat)) return plain(stat, handle)
    const target = readlink(`${parent}/${name}`)
    return link(target, handle, mayBeMagic(target, stat) && fsCalls.isProcfs(parent))
  } catch (cause) {
    // No link any more: another file was put in its place between the two calls.
    return isInvalid(cause) ? lookup(hold, asked) : failure(cause)
  }
}

/** @internal */
export const walk = (root: number, path: string, policy: Policy, hold: Hold): Walk.Outcome<number> =>
  Walk.run(root, path, (asked) => lookup(hold, asked), policy)
