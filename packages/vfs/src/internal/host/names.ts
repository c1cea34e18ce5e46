/** Operations on names and directories that a file system of host paths cannot do in one call. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Asking, MakeDirectoryOptions } from "../../HostFileSystem.js"
import type { RemoveOptions } from "../../FileSystem.js"
import { checkMode, checkTexts } from "../arguments.js"
import { calling, fail, failIn, refuse } from "../errno.js"
import { checkNew, codeOfNoName } from "../lastName.js"
import { ATTEMPTS } from "../limits.js"
import { checkTarget } from "../names.js"
import { split, withoutSlashes } from "../path.js"
import { attempt, codeOf, Failure, failureIn } from "./ask.js"
import { pathUses } from "../pathUse.js"
import { isLossless } from "./lookup.js"
import { checkText, child, failed, type Named, namesIn, type Places } from "./places.js"

/** Returns the place for a new link. Slashes after it are refused, since they are only valid after a directory. */
function* newName(places: Places, path: string): Asking<RootedPath> {
  const { place, slash } = yield* places.named(path)
  // Without slashes, the call that creates the name checks whether it exists.
  if (slash) checkNew((yield* places.lookup(place))._tag !== "Missing", slash)
  return place
}

/** @internal */
export function* link(places: Places, fromPath: string, toPath: string): Asking<void> {
  checkTexts([fromPath, toPath])
  const from = yield* places.find(fromPath, pathUses.link[0])
  const to = yield* newName(places, toPath)
  yield* places.host.link(places.at(from), places.at(to))
}

/** @internal */
export function* symlink(places: Places, target: string, path: string): Asking<void> {
  checkTexts([target, path])
  checkTarget(target)
  checkText(target)
  const place = yield* newName(places, path)
  yield* places.host.symlink(target, places.at(place))
}

/** @internal */
export function* readLink(places: Places, path: string): Asking<string> {
  checkTexts([path])
  const target = yield* places.host.readLink(places.at(yield* places.find(path, pathUses.readLink[0])))
  return isLossless(target) ? target : failIn("readlink", [path], "EILSEQ")
}

/** @internal */
export function* makeDirectory(places: Places, path: string, options: MakeDirectoryOptions): Asking<void> {
  checkTexts([path])
  checkMode(options.mode ?? 0)
  if (options.recursive === true) return yield* makeDirectories(places, path, options.mode)
  const { place } = yield* places.named(path)
  yield* places.host.makeDirectory(places.at(place), options.mode)
}

/**
 * Returns the names at the beginning of `path` that can be created one after the other, up to a `.` or `..`, which must
 * be resolved.
 */
const leadingNames = (path: string): ReadonlyArray<string> => {
  const components = path.split("/").filter((name) => name !== "")
  const end = components.findIndex((name) => name === "." || name === "..")
  return end === -1 ? components : components.slice(0, end)
}

/**
 * Creates missing directories, one name after the other, each in a directory that a walk has found. Only the first name
 * can be a dangling link, and no directory is created at its target. The others are in directories that were just
 * created.
 *
 * @internal
 */
export function* makeDirectories(places: Places, path: string, mode: number | undefined): Asking<void> {
  for (let attempt = 0;; attempt++) {
    const { deepest, error, remaining } = yield* places.root.locate(path, places.policies.follow)
    checkText(deepest)
    if (error === undefined) {
      const { type } = yield* places.stat(deepest)
      return type === "Directory" ? undefined : failIn("mkdir", [path], "EEXIST")
    }
    const names = leadingNames(remaining)
    const [first] = names
    // If more remains than was passed, the directory `Policy.from` is missing. It is not created.
    if (error.code !== "ENOENT" || first === undefined || remaining.length > path.length) return failed(path, error)
    if ((yield* places.lookup(child(deepest, first)))._tag === "SymbolicLink") {
      // The errors of Node, which creates the parents in the path before it finds the link.
      failIn("mkdir", [path], withoutSlashes(remaining) === first ? "ENOENT" : "ENOTDIR")
    }
    if (attempt === ATTEMPTS) failIn("mkdir", [path], "ENOENT")
    let directory = deepest
    for (const name of names) {
      directory = checkText(child(directory, name))
      yield* makeIfMissing(places, directory, mode)
    }
  }
}

/** Creates a directory. Another process can create the same one at the same time. */
function* makeIfMissing(places: Places, place: RootedPath, mode: number | undefined): Asking<void> {
  const made = yield* attempt(places.host.makeDirectory(places.at(place), mode))
  if (!(made instanceof Failure)) return
  if (made.code !== "EEXIST" || (yield* places.lookup(place))._tag !== "Directory") throw made
}

/** @internal */
export function* remove(places: Places, path: string, options: RemoveOptions): Asking<void> {
  checkTexts([path])
  try {
    yield* removeWith(places, path, options)
  } catch (thrown) {
    if (options.force !== true || codeOf(thrown) !== "ENOENT") throw thrown
  }
}

function* removeWith(places: Places, path: string, options: RemoveOptions): Asking<void> {
  const place = yield* places.find(path, "keep")
  if ((yield* places.lookup(place))._tag === "Directory") {
    if (options.recursive !== true) calling("rm", [place], () => refuse("ERR_FS_EISDIR", "is a directory"))
    const named = yield* places.parentAndName(path)
    if (named === undefined) return failIn("rmdir", [path], codeOfNoName(split(path).name))
    // The path was resolved through a link because of its slashes, but rmdir(2) would have to remove the link itself.
    if (named.place !== place) failIn("rmdir", [path], "ENOTDIR")
  }
  yield* places.host.remove(places.at(place), options)
}

/**
 * Checks search permission, for calls that fail without looking up the name: the kernel checks it first
 * (`link_path_walk`).
 */
function* checkSearch(places: Places, named: Named | undefined): Asking<void> {
  if (named === undefined) return
  try {
    yield* places.lookup(named.place)
  } catch (thrown) {
    if (codeOf(thrown) === "EACCES") throw thrown
  }
}

/**
 * Resolves the second path. The kernel checks search permission for the first directory before it resolves the second
 * path (`filename_parentat`).
 */
function* resolveSecond(places: Places, from: Named | undefined, path: string): Asking<Named | undefined> {
  try {
    return yield* places.parentAndName(path)
  } catch (thrown) {
    yield* checkSearch(places, from)
    throw thrown
  }
}

/** @internal */
export function* rename(places: Places, fromPath: string, toPath: string): Asking<void> {
  checkTexts([fromPath, toPath])
  const from = yield* places.parentAndName(fromPath)
  const to = yield* resolveSecond(places, from, toPath)
  if (from === undefined || to === undefined) {
    for (const named of [from, to]) yield* checkSearch(places, named)
    return fail("EBUSY")
  }
  if (from.slash || to.slash) {
    const { _tag } = yield* places.lookup(from.place)
    if (_tag === "Missing") {
      yield* checkSearch(places, to)
      fail("ENOENT")
    }
    yield* places.lookup(to.place)
    if (_tag !== "Directory") fail("ENOTDIR")
  }
  yield* places.host.rename(places.at(from.place), places.at(to.place))
}

/** A directory that is being listed. */
interface Level {
  readonly place: RootedPath
  readonly prefix: string
  readonly names: Iterator<string>
}

/** @internal */
export function* readDirectory(places: Places, path: string, recursive: boolean): Asking<ReadonlyArray<string>> {
  checkTexts([path])
  const top = yield* places.find(path, pathUses.readDirectory[0])
  return yield* recursive ? namesBelow(places, top) : places.host.readDirectory(places.at(top))
}

/** Enters only real directories: a link could lead anywhere. */
function* namesBelow(places: Places, top: RootedPath): Asking<ReadonlyArray<string>> {
  const found: Array<string> = []
  const levels: Array<Level> = []
  const enter = function*(place: RootedPath, prefix: string): Asking<void> {
    const names = yield* attempt(places.host.readDirectory(places.at(place)))
    if (names instanceof Failure) throw place === top ? names : failureIn(names, "scandir", place)
    levels.push({ place, prefix, names: namesIn(names).values() })
  }
  yield* enter(top, "")
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.names.next()
    if (next.done === true) {
      levels.pop()
      continue
    }
    found.push(level.prefix + next.value)
    const place = child(level.place, next.value)
    const { _tag } = yield* places.lookup(place)
    if (_tag === "Directory") yield* enter(place, `${level.prefix}${next.value}/`)
  }
  return found
}
