/** The operations on names and directories that the file system below cannot be asked for whole. */
import type { PlatformError } from "@effect/platform/Error"
import type { MakeDirectoryOptions, ReadDirectoryOptions, RemoveOptions } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import { MAXSYMLINKS } from "@procfsroot/vfs/Limits"
import { pathUses } from "./pathUse.js"
import { checked, isMode } from "./rootFileSystemArguments.js"
import {
  child,
  fail,
  type OperationContext,
  type ParentAndName,
  type PathResolver,
  unresolved
} from "./rootFileSystemPaths.js"
import { withoutSlashes } from "./text.js"

/**
 * The place for a new link: slashes after it are refused, since only a directory may have them (`filename_create` in
 * `fs/namei.c`).
 *
 * @internal
 */
export const newName = (
  resolver: PathResolver,
  context: OperationContext,
  path: string
): Effect.Effect<RootedPath, PlatformError> =>
  Effect.flatMap(resolver.parentAndName(context, path), ({ path: place, slash, special }) => {
    if (special !== undefined) return fail(context, "EEXIST")
    return slash
      ? Effect.flatMap(
        resolver.lookup(context, place),
        ({ _tag }) => fail(context, _tag === "Missing" ? "ENOENT" : "EEXIST")
      )
      : Effect.succeed(place)
  })

/** @internal */
export const makeDirectory = (resolver: PathResolver) => (path: string, options?: MakeDirectoryOptions) => {
  const context = { method: "makeDirectory", path }
  return checked(context, [path], isMode(options?.mode), () =>
    options?.recursive === true
      ? makeDirectories(resolver, context, path, options)
      : Effect.flatMap(resolver.parentAndName(context), (target) => makeOne(resolver, context, target, options)))
}

const makeOne = (
  resolver: PathResolver,
  context: OperationContext,
  { path, special }: ParentAndName,
  options?: MakeDirectoryOptions
) =>
  special === undefined
    ? resolver.withHostPath(context, path, (host) => resolver.fs.makeDirectory(host, { ...options, recursive: false }))
    : fail(context, "EEXIST", "mkdir")

/** The names at the beginning of `path` that are to be made, up to a `.` or `..`, which must be walked. */
const leadingNames = (path: string): ReadonlyArray<string> => {
  const components = path.split("/").filter((name) => name !== "")
  const end = components.findIndex((name) => name === "." || name === "..")
  return end === -1 ? components : components.slice(0, end)
}

/**
 * Makes what is missing, one name after the other, each in a directory that a walk has found. The first of them may be a
 * link that leads nowhere, and that no directory is made through; those behind it are in what was just made.
 *
 * @internal
 */
export const makeDirectories = (
  resolver: PathResolver,
  context: OperationContext,
  path: string,
  options: MakeDirectoryOptions
): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    while (true) {
      const { deepest, error, remaining } = yield* resolver.root.locate(path, { maxSymlinks: MAXSYMLINKS })
      yield* resolver.checkText(context, deepest)
      if (error === undefined) {
        const { type } = yield* resolver.withHostPath(context, deepest, (host) => resolver.fs.stat(host))
        return type === "Directory" ? undefined : yield* fail(context, "EEXIST", "mkdir")
      }
      const names = leadingNames(remaining)
      const [first] = names
      if (error._tag !== "PathNotFound" || first === undefined) {
        return yield* Effect.fail(unresolved(context, error))
      }
      const entry = yield* resolver.lookup(context, child(deepest, first))
      if (entry._tag === "SymbolicLink") {
        // As Node has it, which makes the path's parents before it finds the link in its way.
        return yield* fail(context, withoutSlashes(remaining) === first ? "ENOENT" : "ENOTDIR", "mkdir")
      }
      let directory = deepest
      for (const name of names) {
        directory = yield* resolver.checkText(context, child(directory, name))
        yield* makeIfMissing(resolver, context, directory, options)
      }
    }
  })

/** Another process may make the same directory meanwhile. */
const makeIfMissing = (
  resolver: PathResolver,
  context: OperationContext,
  place: RootedPath,
  options: MakeDirectoryOptions
) =>
  Effect.catchTag(
    makeOne(resolver, context, { path: place, slash: false }, options),
    "SystemError",
    (error) =>
      error.reason === "AlreadyExists"
        ? Effect.flatMap(
          resolver.lookup(context, place),
          ({ _tag }) => _tag === "Directory" ? Effect.void : Effect.fail(error)
        )
        : Effect.fail(error)
  )

/** @internal */
export const readDirectory = (resolver: PathResolver) => (path: string, options?: ReadDirectoryOptions) => {
  const context = { method: "readDirectory", path }
  return Effect.flatMap(
    resolver.resolveFor(pathUses.readDirectory[0], context),
    (directory) =>
      options?.recursive === true
        ? readDirectories(resolver, context, directory, "")
        : resolver.withHostPath(context, directory, (host) => resolver.fs.readDirectory(host))
  )
}

/** Only what is a directory itself is gone into: a link could lead anywhere. */
const readDirectories = (
  resolver: PathResolver,
  context: OperationContext,
  directory: RootedPath,
  prefix: string
): Effect.Effect<Array<string>, PlatformError> =>
  Effect.flatMap(
    resolver.withHostPath(context, directory, (host) => resolver.fs.readDirectory(host)),
    (names) =>
      Effect.map(
        Effect.forEach(names, (name) => {
          const place = child(directory, name)
          return Effect.flatMap(resolver.lookup(context, place), ({ _tag }) =>
            _tag === "Directory"
              ? Effect.map(
                readDirectories(resolver, context, place, `${prefix}${name}/`),
                (below) => [prefix + name, ...below]
              )
              : Effect.succeed([prefix + name]))
        }),
        (lists) => lists.flat()
      )
  )

/** What `rmdir(2)` answers to a last component that is not a name. */
const notRemovable = { ".": "EINVAL", "..": "ENOTEMPTY", "/": "EBUSY" } as const

/** @internal */
export const remove =
  (resolver: PathResolver) => (path: string, options?: RemoveOptions): Effect.Effect<void, PlatformError> => {
    const context = { method: "remove", path }
    return Effect.gen(function*() {
      const place = yield* resolver.resolveFor("keep", context)
      const { _tag } = yield* resolver.lookup(context, place)
      if (_tag === "Directory") {
        if (options?.recursive !== true) return yield* fail(context, "ERR_FS_EISDIR", "rm")
        const { path, special } = yield* resolver.parentAndName(context)
        if (special !== undefined) return yield* fail(context, notRemovable[special], "rmdir")
        // Slashes led through a link, but what rmdir(2) would have to take away is the link.
        if (path !== place) return yield* fail(context, "ENOTDIR", "rmdir")
      }
      return yield* resolver.withHostPath(context, place, (host) => resolver.fs.remove(host, options))
    }).pipe(
      Effect.catchTag(
        "SystemError",
        (error) => options?.force === true && error.reason === "NotFound" ? Effect.void : Effect.fail(error)
      )
    )
  }

/** For calls that fail before they look at the name: whether it may be looked for at all comes first (`link_path_walk`). */
const checkSearch = (
  resolver: PathResolver,
  context: OperationContext,
  { path, special }: ParentAndName
): Effect.Effect<void, PlatformError> =>
  special !== undefined
    ? Effect.void
    : Effect.catchIf(
      Effect.asVoid(resolver.lookup(context, path)),
      (error) => error._tag !== "SystemError" || error.reason !== "PermissionDenied",
      () => Effect.void
    )

/** @internal */
export const rename = (resolver: PathResolver) => (oldPath: string, newPath: string) => {
  const context = { method: "rename", path: oldPath }
  return checked(context, [oldPath, newPath], true, () =>
    Effect.gen(function*() {
      const from = yield* resolver.parentAndName(context)
      // The directory of the first name is searched before the second path is looked at (`filename_parentat`).
      const to = yield* Effect.tapError(resolver.parentAndName(context, newPath), () =>
        checkSearch(resolver, context, from))
      if (from.special !== undefined || to.special !== undefined) {
        yield* checkSearch(resolver, context, from)
        yield* checkSearch(resolver, context, to)
        return yield* fail(context, "EBUSY", "rename")
      }
      if (from.slash || to.slash) {
        const { _tag } = yield* resolver.lookup(context, from.path)
        if (_tag === "Missing") {
          return yield* fail(context, "ENOENT", "rename")
        }
        yield* resolver.lookup(context, to.path)
        if (_tag !== "Directory") {
          return yield* fail(context, "ENOTDIR", "rename")
        }
      }
      return yield* resolver.withHostPath(context, from.path, (host) =>
        resolver.fs.rename(host, resolver.root.hostPath(to.path)))
    }))
}
