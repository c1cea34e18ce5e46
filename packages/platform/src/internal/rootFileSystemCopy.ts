/**
 * `copy` and `copyFile`. The file system below is asked to copy file by file: one that copies trees itself would follow,
 * or rewrite, the links of the tree as they look from outside the root.
 */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import type { AccessFileOptions, CopyOptions, File } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { exactErrno } from "./errno.js"
import { pathUses } from "./pathUse.js"
import { makeDirectories } from "./rootFileSystemDirectories.js"
import { checked } from "./rootFileSystemArguments.js"
import { type Asked, child, fail, type Inside, parentOf } from "./rootFileSystemPaths.js"
import { nameOf, withoutSlashes } from "./text.js"

/** @internal */
export const copyFile = (inside: Inside) => (fromPath: string, toPath: string) => {
  const asked = { method: "copyFile", path: fromPath }
  return checked(asked, [fromPath, toPath], true, () =>
    Effect.gen(function*() {
      const from = yield* inside.at(pathUses.copyFile[0], asked)
      const { type } = yield* stat(inside, asked, from)
      const isOpened = type === "File" || type === "Directory"
      // The source is opened before the destination is looked at.
      const { isThere, to } = yield* Effect.catchAll(
        target(inside, asked, toPath),
        (error) => Effect.zipRight(isOpened ? mayRead(inside, asked, from) : Effect.void, Effect.fail(error))
      )
      if (type === "File") return yield* copyData(inside, asked, from, to)
      // libuv would make the destination first, and take it away again, with whatever was there before; and it would wait
      // for the other end of a fifo.
      if (isOpened) yield* mayRead(inside, asked, from)
      yield* may(inside, asked, isThere ? to : parentOf(to), { writable: true })
      return yield* fail(asked, isOpened ? "EISDIR" : "EINVAL", "copyfile")
    }))
}

/** Where a file is copied to: nothing is there, or a regular file. */
const target = (inside: Inside, asked: Asked, path: string) =>
  Effect.gen(function*() {
    const to = yield* inside.at(pathUses.copyFile[1], asked, path)
    const there = yield* inside.look(asked, to)
    const type = there._tag === "Other" ? (yield* stat(inside, asked, to)).type : there._tag
    if (type !== "File" && type !== "Missing") {
      return yield* fail(asked, type === "Directory" ? "EISDIR" : "EINVAL", "copyfile")
    }
    return { to, isThere: type === "File" }
  })

const mayRead = (inside: Inside, asked: Asked, from: RootedPath) => may(inside, asked, from, { readable: true })

/** Asks for a permission in place of the call that needs it, which is the one that fails. */
const may = (inside: Inside, asked: Asked, place: RootedPath, options: AccessFileOptions) =>
  Effect.catchAll(
    inside.below(asked, place, (host) => inside.fs.access(host, options)),
    (error) => fail(asked, exactErrno(error) ?? "EACCES", "copyfile")
  )

const copyData = (inside: Inside, asked: Asked, from: RootedPath, to: RootedPath) =>
  inside.below(asked, from, (host) => inside.fs.copyFile(host, inside.root.hostPath(to)))

/** What a copy goes from, and to; neither is looked at through a link. */
interface Step {
  readonly inside: Inside
  readonly asked: Asked
  readonly options: CopyOptions
  readonly from: RootedPath
  readonly to: RootedPath
}

type Kind = "Directory" | "SymbolicLink" | "Other"

/** @internal */
export const copy = (inside: Inside) => (fromPath: string, toPath: string, options: CopyOptions = {}) => {
  const asked = { method: "copy", path: fromPath }
  return checked(asked, [fromPath, toPath], true, () =>
    Effect.gen(function*() {
      const from = yield* inside.at(pathUses.copy[0], asked)
      const kind = yield* kindOf(inside, asked, from)
      if (kind === undefined) return yield* fail(asked, "ENOENT")
      const to = yield* destination(inside, asked, from, kind, toPath)
      return yield* copyTo({ inside, asked, options, from, to }, kind)
    }))
}

const kindOf = (inside: Inside, asked: Asked, place: RootedPath): Effect.Effect<Kind | undefined, PlatformError> =>
  Effect.flatMap(inside.look(asked, place), (entry) => {
    // A copy would have another target.
    if (entry._tag === "SymbolicLink" && entry.unreadable !== undefined) return fail(asked, "EILSEQ", "readlink")
    return Effect.succeed(entry._tag === "Missing" ? undefined : entry._tag)
  })

/** Where the copy goes, its parents made as far as they are missing. */
const destination = (inside: Inside, asked: Asked, from: RootedPath, kind: Kind, toPath: string) =>
  Effect.gen(function*() {
    const found = yield* Effect.either(inside.at("keep", asked, toPath))
    if (found._tag === "Right") return found.right
    const { left: error } = found
    if (error._tag !== "SystemError" || error.reason !== "NotFound" || toPath === "") return yield* Effect.fail(error)
    const wouldBe = yield* inside.resolve(asked, toPath, { lastComponent: "keep", missing: "tail" })
    if (kind === "Directory") yield* notWithin(asked, from, wouldBe)
    const text = withoutSlashes(toPath)
    const parent = text.slice(0, text.length - nameOf(text).length)
    yield* makeDirectories(inside, asked, parent || "/", {})
    const slot = yield* inside.slot(asked, toPath)
    if (slot.special !== undefined) return yield* fail(asked, "EEXIST", "cp")
    if (slot.slash && kind !== "Directory") {
      return yield* kind === "Other" ? fail(asked, "EISDIR", "copyfile") : fail(asked, "ENOENT", "symlink")
    }
    // With a slash after it, a link that leads nowhere is not what is replaced, but is in the way.
    if (slot.slash && (yield* kindOf(inside, asked, slot.path)) !== undefined) {
      return yield* fail(asked, "EEXIST", "mkdir")
    }
    return slot.path
  })

/** A directory copied into itself would have no end. */
const notWithin = (asked: Asked, from: RootedPath, to: RootedPath) =>
  from === "/" || to.startsWith(`${from}/`) ? fail(asked, "ERR_FS_CP_EINVAL", "cp") : Effect.void

const copyTo = (step: Step, kind: Kind): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    const { asked, from, inside, options, to } = step
    const existing = yield* kindOf(inside, asked, to)
    if (existing !== undefined) {
      if (from === to || (yield* sameFile(step, kind, existing))) return yield* fail(asked, "ERR_FS_CP_EINVAL", "cp")
      if (kind === "Directory" && existing !== "Directory") {
        return yield* fail(asked, "ERR_FS_CP_DIR_TO_NON_DIR", "cp")
      }
      if (kind !== "Directory" && existing === "Directory") {
        return yield* fail(asked, "ERR_FS_CP_NON_DIR_TO_DIR", "cp")
      }
    }
    if (kind === "Directory") {
      yield* notWithin(asked, from, to)
      return yield* copyDirectory(step, existing !== undefined)
    }
    const info = kind === "SymbolicLink" ? undefined : yield* stat(inside, asked, from)
    if (info?.type === "FIFO") return yield* fail(asked, "ERR_FS_CP_FIFO_PIPE", "cp")
    if (info?.type === "Socket") return yield* fail(asked, "ERR_FS_CP_SOCKET", "cp")
    if (existing !== undefined) {
      if (options.overwrite !== true) return
      yield* inside.below(asked, to, (host) => inside.fs.remove(host))
    }
    return yield* info === undefined ? copyLink(step) : copyContent(step, info)
  })

const stat = (inside: Inside, asked: Asked, place: RootedPath) =>
  inside.below(asked, place, (host) => inside.fs.stat(host))

/** Whether both are names of one file. The number of a link cannot be asked for. */
const sameFile = ({ asked, from, inside, to }: Step, kind: Kind, existing: Kind) =>
  kind === "SymbolicLink" || existing === "SymbolicLink"
    ? Effect.succeed(false)
    : Effect.zipWith(
      stat(inside, asked, from),
      stat(inside, asked, to),
      (a, b) => a.dev === b.dev && Option.isSome(a.ino) && Option.isSome(b.ino) && a.ino.value === b.ino.value
    )

const copyDirectory = (step: Step, exists: boolean): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    const { asked, from, inside, to } = step
    if (!exists) yield* inside.below(asked, to, (host) => inside.fs.makeDirectory(host))
    const names = Effect.mapError(
      inside.below(asked, from, (host) => inside.fs.readDirectory(host)),
      (error) =>
        error._tag === "SystemError" ? new SystemError({ ...error, cause: error.cause, syscall: "opendir" }) : error
    )
    for (const name of yield* names) {
      const place = child(from, name)
      const kind = yield* kindOf(inside, asked, place)
      // Gone since the directory was read.
      if (kind === undefined) return yield* fail(asked, "ENOENT")
      yield* copyTo({ ...step, from: place, to: child(to, name) }, kind)
    }
    // Last, so that a directory that may not be written is filled all the same.
    if (!exists) yield* copyMode(step, yield* stat(inside, asked, from))
  })

const copyMode = ({ asked, inside, to }: Step, { mode }: File.Info) =>
  inside.below(asked, to, (host) => inside.fs.chmod(host, mode & 0o7777))

/** The text is copied as it is, as `cp -r` does. */
const copyLink = ({ asked, from, inside, to }: Step) =>
  Effect.flatMap(
    inside.below(asked, from, (host) => inside.fs.readLink(host)),
    (text) => inside.below(asked, to, (host) => inside.fs.symlink(text, host))
  )

const copyContent = (step: Step, info: File.Info) =>
  Effect.gen(function*() {
    const { asked, from, inside, options, to } = step
    yield* copyData(inside, asked, from, to)
    if (options.preserveTimestamps === true) yield* copyTimes(step)
    yield* copyMode(step, info)
  })

const copyTimes = ({ asked, from, inside, to }: Step) =>
  Effect.flatMap(stat(inside, asked, from), ({ atime, mtime }) =>
    Option.match(Option.all([atime, mtime]), {
      onNone: () => Effect.void,
      onSome: ([atime, mtime]) => inside.below(asked, to, (host) => inside.fs.utimes(host, atime, mtime))
    }))
