/** Operations on names and directories that the file system below cannot do in one call. */
import type { PlatformError } from "@effect/platform/Error"
import type { MakeDirectoryOptions, ReadDirectoryOptions, RemoveOptions } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { checkMode } from "@procfsroot/vfs/Arguments"
import { MAXSYMLINKS } from "@procfsroot/vfs/Limits"
import { withoutSlashes } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import { pathUses } from "@procfsroot/vfs/PathUse"
import { child, type Context, operation, type ParentAndName, type PathResolver } from "./rootFileSystemPathResolver.js"

/**
 * The place for a new link: slashes after it are refused, since only a directory may have them (`filename_create` in
 * `fs/namei.c`).
 *
 * @internal
 */
export const newName = (resolver: PathResolver, path: string): Effect.Effect<RootedPath, PlatformError> =>
  Effect.flatMap(resolver.named("EEXIST", path), ({ path: place, slash }) =>
    slash
      ? Effect.flatMap(resolver.lookup(place), ({ _tag }) => resolver.fail(_tag === "Missing" ? "ENOENT" : "EEXIST"))
      : Effect.succeed(place))

/** @internal */
export const makeDirectory = (context: Context) => (path: string, options: MakeDirectoryOptions = {}) =>
  operation(context, "makeDirectory", [path], (resolver) =>
    options.recursive === true
      ? makeDirectories(resolver, path, options)
      : Effect.flatMap(
        resolver.named("EEXIST", path, "mkdir"),
        ({ path: place }) => makeOne(resolver, place, options)
      ), () => checkMode(options.mode ?? 0))

const makeOne = (resolver: PathResolver, place: RootedPath, options: MakeDirectoryOptions) =>
  resolver.withHostPath(place, (host) => resolver.fs.makeDirectory(host, { ...options, recursive: false }))

/** The names at the beginning of `path` to make, up to a `.` or `..`, which must be resolved. */
const leadingNames = (path: string): ReadonlyArray<string> => {
  const components = path.split("/").filter((name) => name !== "")
  const end = components.findIndex((name) => name === "." || name === "..")
  return end === -1 ? components : components.slice(0, end)
}

/**
 * Makes missing directories, one name after the other, each in a directory that a walk has found. The first of them may
 * be a dangling link, through which no directory is made; the others are in what was just made.
 *
 * @internal
 */
export const makeDirectories = (
  resolver: PathResolver,
  path: string,
  options: MakeDirectoryOptions
): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    while (true) {
      const { deepest, error, remaining } = yield* resolver.root.locate(path, { maxSymlinks: MAXSYMLINKS })
      yield* resolver.checkText(deepest)
      if (error === undefined) {
        const { type } = yield* resolver.stat(deepest)
        return type === "Directory" ? undefined : yield* resolver.fail("EEXIST", "mkdir")
      }
      const names = leadingNames(remaining)
      const [first] = names
      if (error._tag !== "PathNotFound" || first === undefined) {
        return yield* Effect.fail(resolver.unresolved(error))
      }
      const entry = yield* resolver.lookup(child(deepest, first))
      if (entry._tag === "SymbolicLink") {
        // As Node does, which makes the parents in the path before it finds the link in its way.
        return yield* resolver.fail(withoutSlashes(remaining) === first ? "ENOENT" : "ENOTDIR", "mkdir")
      }
      let directory = deepest
      for (const name of names) {
        directory = yield* resolver.checkText(child(directory, name))
        yield* makeIfMissing(resolver, directory, options)
      }
    }
  })

/** Another process may make the same directory at the same time. */
const makeIfMissing = (resolver: PathResolver, place: RootedPath, options: MakeDirectoryOptions) =>
  Effect.catchTag(makeOne(resolver, place, options), "SystemError", (error) =>
    error.reason === "AlreadyExists"
      ? Effect.flatMap(resolver.lookup(place), ({ _tag }) => _tag === "Directory" ? Effect.void : Effect.fail(error))
      : Effect.fail(error))

/** @internal */
export const readDirectory = (context: Context) => (path: string, options?: ReadDirectoryOptions) =>
  operation(
    context,
    "readDirectory",
    [path],
    (resolver) =>
      Effect.flatMap(
        resolver.resolveFor(pathUses.readDirectory[0]),
        (directory) =>
          options?.recursive === true ? readDirectories(resolver, directory) : resolver.readDirectory(directory)
      )
  )

/** Enters only real directories: a link could lead anywhere. */
const readDirectories = (
  resolver: PathResolver,
  directory: RootedPath,
  prefix = "",
  found: Array<string> = []
): Effect.Effect<Array<string>, PlatformError> =>
  Effect.gen(function*() {
    for (const name of yield* resolver.readDirectory(directory)) {
      found.push(prefix + name)
      const place = child(directory, name)
      const { _tag } = yield* resolver.lookup(place)
      if (_tag === "Directory") yield* readDirectories(resolver, place, `${prefix}${name}/`, found)
    }
    return found
  })

/** The errors of `rmdir(2)` for a last component that is not a name. */
const notRemovable = { ".": "EINVAL", "..": "ENOTEMPTY", "/": "EBUSY" } as const

/** @internal */
export const remove =
  (context: Context) => (path: string, options?: RemoveOptions): Effect.Effect<void, PlatformError> =>
    operation(context, "remove", [path], (resolver) =>
      Effect.gen(function*() {
        const place = yield* resolver.resolveFor("keep")
        const { _tag } = yield* resolver.lookup(place)
        if (_tag === "Directory") {
          if (options?.recursive !== true) return yield* resolver.fail("ERR_FS_EISDIR", "rm")
          const { path, special } = yield* resolver.parentAndName()
          if (special !== undefined) return yield* resolver.fail(notRemovable[special], "rmdir")
          // The path was resolved through a link because of its slashes, but rmdir(2) would have to remove the link
          // itself.
          if (path !== place) return yield* resolver.fail("ENOTDIR", "rmdir")
        }
        return yield* resolver.withHostPath(place, (host) => resolver.fs.remove(host, options))
      })).pipe(
        Effect.catchTag(
          "SystemError",
          (error) => options?.force === true && error.reason === "NotFound" ? Effect.void : Effect.fail(error)
        )
      )

/** For calls that fail without looking up the name: the kernel checks search permission first (`link_path_walk`). */
const checkSearch = (resolver: PathResolver, { path, special }: ParentAndName): Effect.Effect<void, PlatformError> =>
  special !== undefined
    ? Effect.void
    : Effect.catchIf(
      Effect.asVoid(resolver.lookup(path)),
      (error) => error._tag !== "SystemError" || error.reason !== "PermissionDenied",
      () => Effect.void
    )

/** @internal */
export const rename = (context: Context) => (oldPath: string, newPath: string) =>
  operation(context, "rename", [oldPath, newPath], (resolver) =>
    Effect.gen(function*() {
      const from = yield* resolver.parentAndName()
      // Search permission for the first directory is checked before the second path is resolved (`filename_parentat`).
      const to = yield* Effect.tapError(resolver.parentAndName(newPath), () => checkSearch(resolver, from))
      if (from.special !== undefined || to.special !== undefined) {
        yield* checkSearch(resolver, from)
        yield* checkSearch(resolver, to)
        return yield* resolver.fail("EBUSY", "rename")
      }
      if (from.slash || to.slash) {
        const { _tag } = yield* resolver.lookup(from.path)
        if (_tag === "Missing") return yield* resolver.fail("ENOENT", "rename")
        yield* resolver.lookup(to.path)
        if (_tag !== "Directory") return yield* resolver.fail("ENOTDIR", "rename")
      }
      return yield* resolver.withHostPath(
        from.path,
        (host) => resolver.fs.rename(host, resolver.root.hostPath(to.path))
      )
    }))
