/**
 * The walk with descriptors for handles. `/proc/self/fd/<n>/<name>`, opened with O_PATH and O_NOFOLLOW, is `openat` with
 * one name: nobody can put another directory in the place of one that is held, and `..` is the directory that was found
 * before.
 */
import { accessSync, fstatSync } from "node:fs"
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import { descriptorPath } from "../constants.js"
import { errnoError } from "../errnoError.js"
import { fsCalls, readlink } from "../fsCalls.js"
import { ATTEMPTS, failure, isLink, link, mayBeMagic, plain, unreadable } from "../lookup.js"
import { childPath, FoundFile, FoundFiles, O_HANDLE } from "./foundFiles.js"
import type { Hold } from "./hold.js"

const look = (files: FoundFiles, directory: FoundFile, name: string, attempt = 1): Walk.Entry<FoundFile> => {
  const found = files.find(directory, name, O_HANDLE)
  const stat = fstatSync(found.fd)
  if (!isLink(stat)) return plain(stat, found)
  const parent = descriptorPath(directory.fd)
  try {
    const target = readlink(`${parent}/${name}`)
    return link(target, found, mayBeMagic(target, stat) && fsCalls.isProcfs(parent))
  } catch (cause) {
    // Most likely another file was put in its place between the two calls.
    return attempt < ATTEMPTS ? look(files, directory, name, attempt + 1) : unreadable(cause, found)
  }
}

const lookup = (files: FoundFiles, { directory, name }: Walk.Lookup<FoundFile>): Walk.Entry<FoundFile> => {
  try {
    if (name !== ".") return look(files, directory.handle, name)
    accessSync(childPath(directory.handle.fd, name))
    return { _tag: "Directory", handle: directory.handle }
  } catch (cause) {
    return failure(cause)
  }
}

/** @internal */
export const walk = (root: number, path: string, policy: Policy, hold: Hold): Walk.Outcome<FoundFile> => {
  const files = new FoundFiles(hold)
  return Walk.run(files.top(root), path, (asked) => lookup(files, asked), policy)
}

/** Whether what is missing is a name of the path's own, and not one that a link leads to. */
const lacksOwn = ({ directory, name }: Walk.Lookup<FoundFile>, step: Walk.Step<FoundFile>): boolean => {
  if (step._tag !== "Failed" || step.reason._tag !== "Missing" || step.deepest !== directory) return false
  const [first] = step.remaining.split("/", 1)
  return first === name || (name === "." && first === "..")
}

/**
 * As `walk`; the path's own names that are missing are made, each as often as it may vanish again under the operation. None
 * is made that a link leads to.
 *
 * @internal
 */
export const walkMaking = (
  root: number,
  path: string,
  policy: Policy,
  hold: Hold,
  makeName: (place: string | Buffer) => void
): Walk.Outcome<FoundFile> => {
  const files = new FoundFiles(hold)
  let step = Walk.start(files.top(root), path, policy)
  let attempt = 1
  while (step._tag === "Lookup") {
    const next = Walk.answer(step, lookup(files, step))
    if (!lacksOwn(step, next)) {
      attempt = 1
      step = next
      continue
    }
    // The directory that the walk is in was removed, or somebody removes whatever is made.
    if (step.name === "." || attempt++ === ATTEMPTS) throw errnoError("ENOENT", "mkdir")
    makeName(childPath(step.directory.handle.fd, step.name))
  }
  return step
}
