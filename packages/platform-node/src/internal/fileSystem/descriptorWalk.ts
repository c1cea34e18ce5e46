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
import type { Protection } from "../protection.js"
import { childPath, FoundFile, FoundFiles, O_HANDLE } from "./foundFiles.js"
import type { Hold } from "./hold.js"

type Asked = Walk.Lookup<FoundFile>

/** Where a walk begins: an open root. */
interface Beginning {
  readonly pinned: { readonly fd: number }
  readonly protection: Protection
}

/** One way through a root. */
interface Way {
  readonly files: FoundFiles
  readonly protection: Protection
}

const look = (way: Way, asked: Asked, attempt = 1): Walk.Entry<FoundFile> => {
  const { files, protection } = way
  const { directory: { handle: directory }, name } = asked
  const found = files.find(directory, name, O_HANDLE)
  const stat = fstatSync(found.fd)
  if (!isLink(stat)) return plain(stat, found)
  const refused = protection.concernsLink(stat) && asked.trailing &&
    protection.deniesLink(stat, fstatSync(directory.fd))
  const parent = descriptorPath(directory.fd)
  try {
    const target = readlink(`${parent}/${name}`)
    return link(target, found, mayBeMagic(target, stat) && fsCalls.isProcfs(parent), refused)
  } catch (cause) {
    // Most likely another file was put in its place between the two calls.
    return attempt < ATTEMPTS ? look(way, asked, attempt + 1) : unreadable(cause, found, refused)
  }
}

const lookup = (way: Way, asked: Asked): Walk.Entry<FoundFile> => {
  const { directory, name } = asked
  try {
    if (name !== ".") return look(way, asked)
    accessSync(childPath(directory.handle.fd, name))
    return { _tag: "Directory", handle: directory.handle }
  } catch (cause) {
    return failure(cause)
  }
}

/** @internal */
export const walk = (
  { pinned, protection }: Beginning,
  path: string,
  policy: Policy,
  hold: Hold
): Walk.Outcome<FoundFile> => {
  const files = new FoundFiles(hold)
  const way = { files, protection }
  return Walk.run(files.top(pinned.fd), path, (asked) => lookup(way, asked), policy)
}

/** Whether what is missing is a name of the path's own, and not one that a link leads to. */
const lacksOwn = ({ directory, name }: Asked, step: Walk.Step<FoundFile>): boolean => {
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
  { pinned, protection }: Beginning,
  path: string,
  policy: Policy,
  hold: Hold,
  makeName: (place: string | Buffer) => void
): Walk.Outcome<FoundFile> => {
  const files = new FoundFiles(hold)
  const way = { files, protection }
  let step = Walk.start(files.top(pinned.fd), path, policy)
  let attempt = 1
  while (step._tag === "Lookup") {
    const next = Walk.answer(step, lookup(way, step))
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
