/**
 * `copy` and `copyFile`. The file system below is asked to copy file by file: one that copies trees itself would follow,
 * or rewrite, the links of the tree as they look from outside the root.
 */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import type { AccessFileOptions, CopyOptions, File } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { split } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { exactErrno } from "./errno.js"
import { pathUses } from "@procfsroot/vfs/PathUse"
import { makeDirectories } from "./rootFileSystemDirectories.js"
import { child, type Context, operation, parentOf, type PathResolver } from "./rootFileSystemPathResolver.js"

/** @internal */
export const copyFile = (context: Context) => (fromPath: string, toPath: string) =>
  operation(context, "copyFile", [fromPath, toPath], (resolver) =>
    Effect.gen(function*() {
      const from = yield* resolver.resolveFor(pathUses.copyFile[0])
      const { type } = yield* resolver.stat(from)
      const isOpened = type === "File" || type === "Directory"
      // The source is opened before the destination is looked up.
      const { isThere, to } = yield* Effect.catchAll(
        destinationFile(resolver, toPath),
        (error) => Effect.zipRight(isOpened ? checkReadable(resolver, from) : Effect.void, Effect.fail(error))
      )
      if (type === "File") return yield* copyData(resolver, from, to)
      // libuv would make the destination first, and remove it again, with any file that was there before; and it would
      // wait for the other end of a fifo.
      if (isOpened) yield* checkReadable(resolver, from)
      yield* checkAccess(resolver, isThere ? to : parentOf(to), { writable: true })
      return yield* resolver.fail(isOpened ? "EISDIR" : "EINVAL", "copyfile")
    }))

/** The destination of a file: nothing is there, or a regular file. */
const destinationFile = (resolver: PathResolver, path: string) =>
  Effect.gen(function*() {
    const to = yield* resolver.resolveFor(pathUses.copyFile[1], path)
    const there = yield* resolver.lookup(to)
    const type = there._tag === "Other" ? (yield* resolver.stat(to)).type : there._tag
    if (type !== "File" && type !== "Missing") {
      return yield* resolver.fail(type === "Directory" ? "EISDIR" : "EINVAL", "copyfile")
    }
    return { to, isThere: type === "File" }
  })

const checkReadable = (resolver: PathResolver, from: RootedPath) => checkAccess(resolver, from, { readable: true })

/** Fails as the call that needs the permission would. */
const checkAccess = (
  resolver: PathResolver,
  place: RootedPath,
  options: AccessFileOptions
) =>
  Effect.catchAll(
    resolver.withHostPath(place, (host) => resolver.fs.access(host, options)),
    (error) => resolver.fail(exactErrno(error) ?? "EACCES", "copyfile")
  )

const copyData = (resolver: PathResolver, from: RootedPath, to: RootedPath) =>
  resolver.withHostPath(from, (host) => resolver.fs.copyFile(host, resolver.root.hostPath(to)))

/** The source and the destination of a copy. Neither is followed if it is a link. */
interface Step {
  readonly resolver: PathResolver
  readonly options: CopyOptions
  readonly from: RootedPath
  readonly to: RootedPath
}

type Kind = "Directory" | "SymbolicLink" | "Other"

/** @internal */
export const copy = (context: Context) => (fromPath: string, toPath: string, options: CopyOptions = {}) =>
  operation(context, "copy", [fromPath, toPath], (resolver) =>
    Effect.gen(function*() {
      const from = yield* resolver.resolveFor(pathUses.copy[0])
      const kind = yield* kindOf(resolver, from)
      if (kind === undefined) return yield* resolver.fail("ENOENT")
      const to = yield* destination(resolver, from, kind, toPath)
      return yield* copyTo({ resolver, options, from, to }, kind)
    }))

const kindOf = (
  resolver: PathResolver,
  place: RootedPath
): Effect.Effect<Kind | undefined, PlatformError> =>
  Effect.flatMap(resolver.lookup(place), (entry) => {
    // A copy would have a different target.
    if (entry._tag === "SymbolicLink" && entry.unreadable !== undefined) return resolver.fail("EILSEQ", "readlink")
    return Effect.succeed(entry._tag === "Missing" ? undefined : entry._tag)
  })

/** The destination of the copy, after making its missing parents. */
const destination = (resolver: PathResolver, from: RootedPath, kind: Kind, toPath: string) =>
  Effect.gen(function*() {
    const found = yield* Effect.either(resolver.resolveFor("keep", toPath))
    if (found._tag === "Right") return found.right
    const { left: error } = found
    if (error._tag !== "SystemError" || error.reason !== "NotFound" || toPath === "") return yield* Effect.fail(error)
    const wouldBe = yield* resolver.resolve(toPath, { lastComponent: "keep", missing: "tail" })
    if (kind === "Directory") yield* checkNotWithin(resolver, from, wouldBe)
    yield* makeDirectories(resolver, split(toPath).before || "/", {})
    const { path, slash } = yield* resolver.named("EEXIST", toPath, "cp")
    if (slash && kind !== "Directory") {
      return yield* kind === "Other" ? resolver.fail("EISDIR", "copyfile") : resolver.fail("ENOENT", "symlink")
    }
    // With a slash after it, a dangling link is not replaced, but is in the way.
    if (slash && (yield* kindOf(resolver, path)) !== undefined) return yield* resolver.fail("EEXIST", "mkdir")
    return path
  })

/** Copying a directory into itself would never end. */
const checkNotWithin = (resolver: PathResolver, from: RootedPath, to: RootedPath) =>
  from === "/" || to.startsWith(`${from}/`) ? resolver.fail("ERR_FS_CP_EINVAL", "cp") : Effect.void

const copyTo = (step: Step, kind: Kind): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    const { from, resolver, options, to } = step
    const existing = yield* kindOf(resolver, to)
    if (existing !== undefined) {
      if (from === to || (yield* isSameFile(step, kind, existing))) {
        return yield* resolver.fail("ERR_FS_CP_EINVAL", "cp")
      }
      if (kind === "Directory" && existing !== "Directory") {
        return yield* resolver.fail("ERR_FS_CP_DIR_TO_NON_DIR", "cp")
      }
      if (kind !== "Directory" && existing === "Directory") {
        return yield* resolver.fail("ERR_FS_CP_NON_DIR_TO_DIR", "cp")
      }
    }
    if (kind === "Directory") {
      yield* checkNotWithin(resolver, from, to)
      return yield* copyDirectory(step, existing !== undefined)
    }
    const info = kind === "SymbolicLink" ? undefined : yield* resolver.stat(from)
    if (info?.type === "FIFO") return yield* resolver.fail("ERR_FS_CP_FIFO_PIPE", "cp")
    if (info?.type === "Socket") return yield* resolver.fail("ERR_FS_CP_SOCKET", "cp")
    if (existing !== undefined) {
      if (options.overwrite !== true) return
      yield* resolver.withHostPath(to, (host) => resolver.fs.remove(host))
    }
    return yield* info === undefined ? copyLink(step) : copyContent(step, info)
  })

/** Whether both are names of one file. A `FileSystem` cannot report the inode number of a link. */
const isSameFile = ({ from, resolver, to }: Step, kind: Kind, existing: Kind) =>
  kind === "SymbolicLink" || existing === "SymbolicLink"
    ? Effect.succeed(false)
    : Effect.zipWith(
      resolver.stat(from),
      resolver.stat(to),
      (a, b) => a.dev === b.dev && Option.isSome(a.ino) && Option.isSome(b.ino) && a.ino.value === b.ino.value
    )

const copyDirectory = (step: Step, exists: boolean): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    const { from, resolver, to } = step
    if (!exists) yield* resolver.withHostPath(to, (host) => resolver.fs.makeDirectory(host))
    const names = Effect.mapError(
      resolver.readDirectory(from),
      (error) =>
        error._tag === "SystemError" ? new SystemError({ ...error, cause: error.cause, syscall: "opendir" }) : error
    )
    for (const name of yield* names) {
      const place = child(from, name)
      const kind = yield* kindOf(resolver, place)
      // It was removed after the directory was read.
      if (kind === undefined) return yield* resolver.fail("ENOENT")
      yield* copyTo({ ...step, from: place, to: child(to, name) }, kind)
    }
    // Set last, so that a directory without write permission can be filled.
    if (!exists) yield* copyMode(step, yield* resolver.stat(from))
  })

const copyMode = ({ resolver, to }: Step, { mode }: File.Info) =>
  resolver.withHostPath(to, (host) => resolver.fs.chmod(host, mode & 0o7777))

/** The text of the link is copied unchanged, as by `cp -r`. */
const copyLink = ({ from, resolver, to }: Step) =>
  Effect.flatMap(
    resolver.withHostPath(from, (host) => resolver.fs.readLink(host)),
    (text) => resolver.withHostPath(to, (host) => resolver.fs.symlink(text, host))
  )

const copyContent = (step: Step, info: File.Info) =>
  Effect.gen(function*() {
    const { from, resolver, options, to } = step
    yield* copyData(resolver, from, to)
    if (options.preserveTimestamps === true) yield* copyTimes(step)
    yield* copyMode(step, info)
  })

const copyTimes = ({ from, resolver, to }: Step) =>
  Effect.flatMap(resolver.stat(from), ({ atime, mtime }) =>
    Option.match(Option.all([atime, mtime]), {
      onNone: () => Effect.void,
      onSome: ([atime, mtime]) => resolver.withHostPath(to, (host) => resolver.fs.utimes(host, atime, mtime))
    }))
