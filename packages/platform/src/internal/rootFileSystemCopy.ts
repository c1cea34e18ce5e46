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
import { child, fail, type OperationContext, parentOf, type PathResolver } from "./rootFileSystemPaths.js"
import { nameOf, withoutSlashes } from "./text.js"

/** @internal */
export const copyFile = (resolver: PathResolver) => (fromPath: string, toPath: string) => {
  const context = { method: "copyFile", path: fromPath }
  return checked(context, [fromPath, toPath], true, () =>
    Effect.gen(function*() {
      const from = yield* resolver.resolveFor(pathUses.copyFile[0], context)
      const { type } = yield* stat(resolver, context, from)
      const isOpened = type === "File" || type === "Directory"
      // The source is opened before the destination is looked at.
      const { isThere, to } = yield* Effect.catchAll(
        destinationFile(resolver, context, toPath),
        (error) => Effect.zipRight(isOpened ? checkReadable(resolver, context, from) : Effect.void, Effect.fail(error))
      )
      if (type === "File") return yield* copyData(resolver, context, from, to)
      // libuv would make the destination first, and take it away again, with whatever was there before; and it would wait
      // for the other end of a fifo.
      if (isOpened) yield* checkReadable(resolver, context, from)
      yield* checkAccess(resolver, context, isThere ? to : parentOf(to), { writable: true })
      return yield* fail(context, isOpened ? "EISDIR" : "EINVAL", "copyfile")
    }))
}

/** Where a file is copied to: nothing is there, or a regular file. */
const destinationFile = (resolver: PathResolver, context: OperationContext, path: string) =>
  Effect.gen(function*() {
    const to = yield* resolver.resolveFor(pathUses.copyFile[1], context, path)
    const there = yield* resolver.lookup(context, to)
    const type = there._tag === "Other" ? (yield* stat(resolver, context, to)).type : there._tag
    if (type !== "File" && type !== "Missing") {
      return yield* fail(context, type === "Directory" ? "EISDIR" : "EINVAL", "copyfile")
    }
    return { to, isThere: type === "File" }
  })

const checkReadable = (resolver: PathResolver, context: OperationContext, from: RootedPath) =>
  checkAccess(resolver, context, from, { readable: true })

/** Fails as the call that needs the permission would. */
const checkAccess = (
  resolver: PathResolver,
  context: OperationContext,
  place: RootedPath,
  options: AccessFileOptions
) =>
  Effect.catchAll(
    resolver.withHostPath(context, place, (host) => resolver.fs.access(host, options)),
    (error) => fail(context, exactErrno(error) ?? "EACCES", "copyfile")
  )

const copyData = (resolver: PathResolver, context: OperationContext, from: RootedPath, to: RootedPath) =>
  resolver.withHostPath(context, from, (host) => resolver.fs.copyFile(host, resolver.root.hostPath(to)))

/** What a copy goes from, and to; neither is looked at through a link. */
interface Step {
  readonly resolver: PathResolver
  readonly context: OperationContext
  readonly options: CopyOptions
  readonly from: RootedPath
  readonly to: RootedPath
}

type Kind = "Directory" | "SymbolicLink" | "Other"

/** @internal */
export const copy = (resolver: PathResolver) => (fromPath: string, toPath: string, options: CopyOptions = {}) => {
  const context = { method: "copy", path: fromPath }
  return checked(context, [fromPath, toPath], true, () =>
    Effect.gen(function*() {
      const from = yield* resolver.resolveFor(pathUses.copy[0], context)
      const kind = yield* kindOf(resolver, context, from)
      if (kind === undefined) return yield* fail(context, "ENOENT")
      const to = yield* destination(resolver, context, from, kind, toPath)
      return yield* copyTo({ resolver, context, options, from, to }, kind)
    }))
}

const kindOf = (
  resolver: PathResolver,
  context: OperationContext,
  place: RootedPath
): Effect.Effect<Kind | undefined, PlatformError> =>
  Effect.flatMap(resolver.lookup(context, place), (entry) => {
    // A copy would have another target.
    if (entry._tag === "SymbolicLink" && entry.unreadable !== undefined) return fail(context, "EILSEQ", "readlink")
    return Effect.succeed(entry._tag === "Missing" ? undefined : entry._tag)
  })

/** Where the copy goes, its parents made as far as they are missing. */
const destination = (resolver: PathResolver, context: OperationContext, from: RootedPath, kind: Kind, toPath: string) =>
  Effect.gen(function*() {
    const found = yield* Effect.either(resolver.resolveFor("keep", context, toPath))
    if (found._tag === "Right") return found.right
    const { left: error } = found
    if (error._tag !== "SystemError" || error.reason !== "NotFound" || toPath === "") return yield* Effect.fail(error)
    const wouldBe = yield* resolver.resolve(context, toPath, { lastComponent: "keep", missing: "tail" })
    if (kind === "Directory") yield* checkNotWithin(context, from, wouldBe)
    const text = withoutSlashes(toPath)
    const parent = text.slice(0, text.length - nameOf(text).length)
    yield* makeDirectories(resolver, context, parent || "/", {})
    const target = yield* resolver.parentAndName(context, toPath)
    if (target.special !== undefined) return yield* fail(context, "EEXIST", "cp")
    if (target.slash && kind !== "Directory") {
      return yield* kind === "Other" ? fail(context, "EISDIR", "copyfile") : fail(context, "ENOENT", "symlink")
    }
    // With a slash after it, a link that leads nowhere is not what is replaced, but is in the way.
    if (target.slash && (yield* kindOf(resolver, context, target.path)) !== undefined) {
      return yield* fail(context, "EEXIST", "mkdir")
    }
    return target.path
  })

/** A directory copied into itself would have no end. */
const checkNotWithin = (context: OperationContext, from: RootedPath, to: RootedPath) =>
  from === "/" || to.startsWith(`${from}/`) ? fail(context, "ERR_FS_CP_EINVAL", "cp") : Effect.void

const copyTo = (step: Step, kind: Kind): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    const { context, from, resolver, options, to } = step
    const existing = yield* kindOf(resolver, context, to)
    if (existing !== undefined) {
      if (from === to || (yield* isSameFile(step, kind, existing))) {
        return yield* fail(context, "ERR_FS_CP_EINVAL", "cp")
      }
      if (kind === "Directory" && existing !== "Directory") {
        return yield* fail(context, "ERR_FS_CP_DIR_TO_NON_DIR", "cp")
      }
      if (kind !== "Directory" && existing === "Directory") {
        return yield* fail(context, "ERR_FS_CP_NON_DIR_TO_DIR", "cp")
      }
    }
    if (kind === "Directory") {
      yield* checkNotWithin(context, from, to)
      return yield* copyDirectory(step, existing !== undefined)
    }
    const info = kind === "SymbolicLink" ? undefined : yield* stat(resolver, context, from)
    if (info?.type === "FIFO") return yield* fail(context, "ERR_FS_CP_FIFO_PIPE", "cp")
    if (info?.type === "Socket") return yield* fail(context, "ERR_FS_CP_SOCKET", "cp")
    if (existing !== undefined) {
      if (options.overwrite !== true) return
      yield* resolver.withHostPath(context, to, (host) => resolver.fs.remove(host))
    }
    return yield* info === undefined ? copyLink(step) : copyContent(step, info)
  })

const stat = (resolver: PathResolver, context: OperationContext, place: RootedPath) =>
  resolver.withHostPath(context, place, (host) => resolver.fs.stat(host))

/** Whether both are names of one file. The number of a link cannot be asked for. */
const isSameFile = ({ context, from, resolver, to }: Step, kind: Kind, existing: Kind) =>
  kind === "SymbolicLink" || existing === "SymbolicLink"
    ? Effect.succeed(false)
    : Effect.zipWith(
      stat(resolver, context, from),
      stat(resolver, context, to),
      (a, b) => a.dev === b.dev && Option.isSome(a.ino) && Option.isSome(b.ino) && a.ino.value === b.ino.value
    )

const copyDirectory = (step: Step, exists: boolean): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    const { context, from, resolver, to } = step
    if (!exists) yield* resolver.withHostPath(context, to, (host) => resolver.fs.makeDirectory(host))
    const names = Effect.mapError(
      resolver.withHostPath(context, from, (host) => resolver.fs.readDirectory(host)),
      (error) =>
        error._tag === "SystemError" ? new SystemError({ ...error, cause: error.cause, syscall: "opendir" }) : error
    )
    for (const name of yield* names) {
      const place = child(from, name)
      const kind = yield* kindOf(resolver, context, place)
      // Gone since the directory was read.
      if (kind === undefined) return yield* fail(context, "ENOENT")
      yield* copyTo({ ...step, from: place, to: child(to, name) }, kind)
    }
    // Last, so that a directory that may not be written is filled all the same.
    if (!exists) yield* copyMode(step, yield* stat(resolver, context, from))
  })

const copyMode = ({ context, resolver, to }: Step, { mode }: File.Info) =>
  resolver.withHostPath(context, to, (host) => resolver.fs.chmod(host, mode & 0o7777))

/** The text is copied as it is, as `cp -r` does. */
const copyLink = ({ context, from, resolver, to }: Step) =>
  Effect.flatMap(
    resolver.withHostPath(context, from, (host) => resolver.fs.readLink(host)),
    (text) => resolver.withHostPath(context, to, (host) => resolver.fs.symlink(text, host))
  )

const copyContent = (step: Step, info: File.Info) =>
  Effect.gen(function*() {
    const { context, from, resolver, options, to } = step
    yield* copyData(resolver, context, from, to)
    if (options.preserveTimestamps === true) yield* copyTimes(step)
    yield* copyMode(step, info)
  })

const copyTimes = ({ context, from, resolver, to }: Step) =>
  Effect.flatMap(stat(resolver, context, from), ({ atime, mtime }) =>
    Option.match(Option.all([atime, mtime]), {
      onNone: () => Effect.void,
      onSome: ([atime, mtime]) => resolver.withHostPath(context, to, (host) => resolver.fs.utimes(host, atime, mtime))
    }))
