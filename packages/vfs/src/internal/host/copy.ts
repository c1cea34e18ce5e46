/**
 * Implements `copy` and `copyFile`. They copy file by file: if the file system below copied whole trees, it would
 * follow or rewrite their links as seen from outside the root.
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { CopyOptions } from "../../FileSystem.js"
import type { Asking, Info } from "../../HostFileSystem.js"
import type { AccessMode } from "../../InodeOperations.js"
import { checkTexts } from "../arguments.js"
import {
  checkExchange,
  checkRegular,
  refuseDots,
  refuseOwnTarget,
  refuseSame,
  refuseSpecial,
  refuseWithin
} from "../copyRules.js"
import { calling, fail, failIn, make } from "../errno.js"
import { followingAll } from "../pathPolicy.js"
import { pathUses } from "../pathUse.js"
import { OWNER, PERMISSIONS } from "../mode.js"
import { split } from "../path.js"
import { attempt, codeOf, Failure, failureIn } from "./ask.js"
import { makeDirectories } from "./names.js"
import { child, namesIn, parentOf, type Places } from "./places.js"

/** @internal */
export function* copyFile(places: Places, fromPath: string, toPath: string): Asking<void> {
  checkTexts([fromPath, toPath])
  const from = yield* places.find(fromPath, pathUses.copyFile[0])
  const { type } = yield* places.stat(from)
  const isOpened = type === "File" || type === "Directory"
  const { isThere, to } = yield* destinationFile(places, from, isOpened, toPath)
  if (type === "File") return yield* copyData(places, from, to)
  // libuv is not called here: it would create the destination first and then remove it again, even if a file was there
  // before. It would also wait for the other end of a fifo.
  if (isOpened) yield* checkAccess(places, from, READ)
  yield* checkAccess(places, isThere ? to : parentOf(to), WRITE)
  checkRegular(type)
}

/** Finds the destination of a file: a name that is missing, or a regular file. */
function* destinationFile(places: Places, from: RootedPath, isOpened: boolean, path: string) {
  try {
    const to = yield* places.find(path, pathUses.copyFile[1])
    const { _tag } = yield* places.lookup(to)
    const type = _tag === "Other" ? (yield* places.stat(to)).type : _tag
    if (type !== "Missing") checkRegular(type)
    return { to, isThere: type !== "Missing" }
  } catch (thrown) {
    // Errors of the source come first, because it is opened before the destination is looked up.
    if (isOpened) yield* checkAccess(places, from, READ)
    throw thrown
  }
}

const READ = { readable: true, writable: false }
const WRITE = { readable: false, writable: true }

/** Fails like the call that needs the permission. Not every fake can tell. */
function* checkAccess(places: Places, place: RootedPath, mode: AccessMode): Asking<void> {
  const answer = yield* attempt(places.host.access(places.at(place), mode))
  if (!(answer instanceof Failure)) return
  const { code, errno } = answer
  if (errno !== undefined) throw make(errno)
  if (code === "EACCES") throw make(code)
}

/** Fails if the file may not be read. Not every fake can tell. */
function* checkReadable(places: Places, place: RootedPath): Asking<void> {
  const answer = yield* attempt(places.host.access(places.at(place), READ))
  if (answer instanceof Failure && answer.errno === "EACCES") failIn("copyfile", [place], "EACCES")
}

function* copyData(places: Places, from: RootedPath, to: RootedPath): Asking<void> {
  yield* places.host.copyFile(places.at(from), places.at(to))
}

type Kind = "Directory" | "SymbolicLink" | "Other"

function* kindOf(places: Places, place: RootedPath): Asking<Kind | undefined> {
  const entry = yield* places.lookup(place)
  // The copy would have a different target.
  if (entry._tag === "SymbolicLink" && entry.unreadable !== undefined) failIn("readlink", [place], "EILSEQ")
  return entry._tag === "Missing" ? undefined : entry._tag
}

/** Returns the kind of a file that existed a moment ago. */
function* existingKind(places: Places, place: RootedPath): Asking<Kind> {
  return (yield* kindOf(places, place)) ?? fail("ENOENT")
}

/** @internal */
export function* copy(places: Places, fromPath: string, toPath: string, options: CopyOptions): Asking<void> {
  checkTexts([fromPath, toPath])
  const from = yield* places.find(fromPath, pathUses.copy[0])
  const kind = yield* existingKind(places, from)
  const to = yield* destination(places, from, kind, toPath)
  yield* new Copying(places, options).run(from, to, kind)
}

/** The system call that makes a copy of this kind. */
const makes: Readonly<Record<Kind, string>> = { Directory: "mkdir", SymbolicLink: "symlink", Other: "copyfile" }

/** Returns the destination of the copy, after creating its missing parents. */
function* destination(places: Places, from: RootedPath, kind: Kind, path: string): Asking<RootedPath> {
  try {
    return yield* places.find(path, "keep")
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOENT") throw thrown
  }
  const wouldBe = yield* places.resolve(path, places.policies.reach)
  if (kind === "Directory") yield* checkAbove(places, from, wouldBe)
  yield* makeDirectories(places, split(path).before || ".", undefined)
  const { place, slash } = (yield* places.parentAndName(path)) ?? refuseDots(kind, from, path)
  if (slash) yield* checkSlash(places, from, kind, place)
  // It was missing, but its own path can have named it as one of its parents.
  if ((yield* kindOf(places, place)) !== "Directory") return place
  if (kind === "Other") yield* checkFile(places, from, place)
  return failIn(makes[kind], [place], "EEXIST")
}

/** Fails if the file is not one that can be copied. */
function* checkFile(places: Places, from: RootedPath, to: RootedPath): Asking<void> {
  checkNotSpecial(yield* places.stat(from), to)
  yield* checkReadable(places, from)
}

/** Slashes after a new name are only valid if it is a directory. Otherwise fails like the call that would create it. */
function* checkSlash(places: Places, from: RootedPath, kind: Kind, to: RootedPath): Asking<void> {
  if (kind === "Other") {
    yield* checkFile(places, from, to)
    failIn("copyfile", [to], "EISDIR")
  }
  const syscall = makes[kind]
  // With a slash after it, a dangling link is not replaced, and no directory can be created with its name.
  if ((yield* kindOf(places, to)) !== undefined) failIn(syscall, [to], "EEXIST")
  if (kind === "SymbolicLink") failIn(syscall, [to], "ENOENT")
}

const cp = <A>(to: RootedPath, run: () => A): A => calling("cp", [to], run)

const checkNotSpecial = ({ type }: Info, to: RootedPath): void => {
  if (type !== "File") cp(to, () => refuseSpecial(type, to))
}

const checkNotWithin = (from: RootedPath, to: RootedPath): void => {
  if (from === "/" || from === to || to.startsWith(`${from}/`)) cp(to, () => refuseWithin(from, to))
}

/** Which file it is, if the file system below can tell. A number that is too large for `number` was rounded. */
const identityOf = ({ dev, ino }: Info): string | undefined =>
  typeof ino === "bigint" || Number.isSafeInteger(ino) && ino !== 0 ? `${dev}:${ino}` : undefined

/** Whether both are the same file, if the file system below can tell. */
const isOneFile = (a: Info | Failure, b: Info | Failure): boolean =>
  !(a instanceof Failure || b instanceof Failure) && a.dev === b.dev && a.ino !== undefined && a.ino === b.ino

/** Fails if `to` or a directory above is the directory `from`, which can be mounted there under another name. */
function* checkAbove(places: Places, from: RootedPath, to: RootedPath): Asking<void> {
  checkNotWithin(from, to)
  const identity = identityOf(yield* places.stat(from))
  if (identity === undefined) return
  for (let at: RootedPath | undefined = to; at !== undefined; at = at === "/" ? undefined : parentOf(at)) {
    const info = yield* attempt(places.host.stat(places.at(at)))
    if (!(info instanceof Failure)) {
      if (identityOf(info) === identity) cp(to, () => refuseWithin(from, to))
    } else if (info.code !== "ENOENT") throw info
  }
}

/** A directory whose content is being copied, and its copy. */
interface Level {
  readonly from: RootedPath
  readonly to: RootedPath
  readonly names: Iterator<string>
  readonly isNew: boolean
  /** Which directory the copy is, if the file system below can tell. */
  readonly target: string | undefined
}

/** One copy of a tree. It does not follow links. */
class Copying {
  readonly #places: Places
  readonly #options: CopyOptions
  readonly #levels: Array<Level> = []
  /** The directories that are being filled. A mount can show them in the source. */
  readonly #targets = new Map<string, Level>()

  constructor(places: Places, options: CopyOptions) {
    this.#places = places
    this.#options = options
  }

  *run(top: RootedPath, to: RootedPath, kind: Kind): Asking<void> {
    yield* this.#item(top, to, kind)
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const next = level.names.next()
      if (next.done === true) yield* this.#leave(level)
      else {
        const from = child(level.from, next.value)
        yield* this.#item(from, child(level.to, next.value), yield* existingKind(this.#places, from))
      }
    }
  }

  *#item(from: RootedPath, to: RootedPath, kind: Kind): Asking<void> {
    const places = this.#places
    const existing = yield* kindOf(places, to)
    if (existing !== undefined) {
      if (from === to || (yield* this.#isSame(from, to, kind, existing))) cp(to, refuseSame)
      cp(to, () => checkExchange(kind, existing, from, to))
    }
    if (kind === "Directory") return yield* this.#directory(from, to, existing === undefined)
    const info = kind === "SymbolicLink" ? undefined : yield* places.stat(from)
    if (info !== undefined) checkNotSpecial(info, to)
    if (existing !== undefined && this.#options.overwrite !== true) return
    yield* info === undefined ? this.#link(from, to, existing) : this.#file(from, to, info, existing)
  }

  /** Whether both are names of one file. A `FileSystem` cannot report the inode number of a link. */
  *#isSame(from: RootedPath, to: RootedPath, kind: Kind, existing: Kind): Asking<boolean> {
    if (kind === "SymbolicLink" || existing === "SymbolicLink") return false
    return isOneFile(yield* this.#places.stat(from), yield* this.#places.stat(to))
  }

  /** Refuses a link to the file that it would replace, as GNU `cp` does. */
  *#checkTarget(link: RootedPath, to: RootedPath): Asking<void> {
    const places = this.#places
    const target = yield* places.root.resolve(link, followingAll(places.policies.follow))
    if (typeof target !== "string") return
    const { host } = places
    const [led, there] = [yield* attempt(host.stat(places.at(target))), yield* attempt(host.stat(places.at(to)))]
    if (target === to || isOneFile(led, there)) cp(to, () => refuseOwnTarget(link, to))
  }

  *#directory(from: RootedPath, to: RootedPath, isNew: boolean): Asking<void> {
    const places = this.#places
    if (this.#levels.length === 0) yield* checkAbove(places, from, to)
    const info = yield* places.stat(from)
    if (this.#targets.has(identityOf(info) ?? "")) cp(to, () => refuseWithin(from, to))
    // As with `cp`, nobody who may not enter the source can enter the copy before its mode is set.
    if (isNew) yield* places.host.makeDirectory(places.at(to), info.mode & PERMISSIONS | OWNER)
    const target = identityOf(yield* places.stat(to))
    const names = yield* attempt(places.host.readDirectory(places.at(from)))
    if (names instanceof Failure) throw failureIn(names, "opendir", from)
    const level = { from, to, names: namesIn(names).values(), isNew, target }
    this.#levels.push(level)
    // In a mount of it, the same directory can be filled a second time.
    if (target !== undefined && !this.#targets.has(target)) this.#targets.set(target, level)
  }

  /** Sets the mode last, so that a directory without write permission can be filled. */
  *#leave(level: Level): Asking<void> {
    const { from, isNew, target, to } = level
    this.#levels.pop()
    if (target !== undefined && this.#targets.get(target) === level) this.#targets.delete(target)
    yield* this.#times(from, to)
    if (isNew) yield* this.#mode(to, yield* this.#places.stat(from))
  }

  *#times(from: RootedPath, to: RootedPath): Asking<void> {
    if (this.#options.preserveTimestamps !== true) return
    const places = this.#places
    const { atime, mtime } = yield* places.stat(from)
    if (atime !== undefined && mtime !== undefined) yield* places.host.utimes(places.at(to), atime, mtime)
  }

  *#mode(to: RootedPath, { mode }: Info): Asking<void> {
    yield* this.#places.host.chmod(this.#places.at(to), mode & PERMISSIONS)
  }

  /**
   * Copies the target of the link unchanged, as `cp -r` does. Reads it first: the link that is replaced can be the same
   * one, under another mount or in another case.
   */
  *#link(from: RootedPath, to: RootedPath, existing: Kind | undefined): Asking<void> {
    const places = this.#places
    const { host } = places
    if (existing === "Other") yield* this.#checkTarget(from, to)
    const target = yield* host.readLink(places.at(from))
    if (existing !== undefined) yield* host.remove(places.at(to), {})
    yield* host.symlink(target, places.at(to))
  }

  *#file(from: RootedPath, to: RootedPath, info: Info, existing: Kind | undefined): Asking<void> {
    const places = this.#places
    if (existing !== undefined) {
      // Otherwise the destination would be lost although there is no copy.
      yield* checkReadable(places, from)
      yield* places.host.remove(places.at(to), {})
    }
    yield* copyData(places, from, to)
    yield* this.#times(from, to)
    yield* this.#mode(to, info)
  }
}
