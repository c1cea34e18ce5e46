/** The operations on names and directories that the file system below cannot be asked for whole. */
import type { PlatformError } from "@effect/platform/Error"
import type { MakeDirectoryOptions, ReadDirectoryOptions, RemoveOptions } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import { MAXSYMLINKS } from "@procfsroot/vfs/Limits"
import { pathUses } from "./pathUse.js"
import { checked, isMode } from "./rootFileSystemArguments.js"
import { type Asked, child, fail, type Inside, type Slot, unresolved } from "./rootFileSystemPaths.js"
import { withoutSlashes } from "./text.js"

/**
 * Where a link, a hard link or a link's copy may be put: not behind slashes, which only a directory can be
 * (`filename_create` in `fs/namei.c`).
 *
 * @internal
 */
export const newName = (inside: Inside, asked: Asked, path: string): Effect.Effect<RootedPath, PlatformError> =>
  Effect.flatMap(inside.slot(asked, path), (slot) => {
    if (slot.special !== undefined) return fail(asked, "EEXIST")
    return slot.slash
      ? Effect.flatMap(
        inside.look(asked, slot.path),
        ({ _tag }) => fail(asked, _tag === "Missing" ? "ENOENT" : "EEXIST")
      )
      : Effect.succeed(slot.path)
  })

/** @internal */
export const makeDirectory = (inside: Inside) => (path: string, options?: MakeDirectoryOptions) => {
  const asked = { method: "makeDirectory", path }
  return checked(asked, [path], isMode(options?.mode), () =>
    options?.recursive === true
      ? makeDirectories(inside, asked, path, options)
      : Effect.flatMap(inside.slot(asked), (slot) => makeOne(inside, asked, slot, options)))
}

const makeOne = (inside: Inside, asked: Asked, slot: Slot, options?: MakeDirectoryOptions) =>
  slot.special === undefined
    ? inside.below(asked, slot.path, (host) => inside.fs.makeDirectory(host, { ...options, recursive: false }))
    : fail(asked, "EEXIST", "mkdir")

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
  inside: Inside,
  asked: Asked,
  path: string,
  options: MakeDirectoryOptions
): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    while (true) {
      const { deepest, error, remaining } = yield* inside.root.locate(path, { maxSymlinks: MAXSYMLINKS })
      yield* inside.speakable(asked, deepest)
      if (error === undefined) {
        const { type } = yield* inside.below(asked, deepest, (host) => inside.fs.stat(host))
        return type === "Directory" ? undefined : yield* fail(asked, "EEXIST", "mkdir")
      }
      const names = leadingNames(remaining)
      const [first] = names
      if (error._tag !== "PathNotFound" || first === undefined) {
        return yield* Effect.fail(unresolved(asked, error))
      }
      const entry = yield* inside.look(asked, child(deepest, first))
      if (entry._tag === "SymbolicLink") {
        // As Node has it, which makes the path's parents before it finds the link in its way.
        return yield* fail(asked, withoutSlashes(remaining) === first ? "ENOENT" : "ENOTDIR", "mkdir")
      }
      let directory = deepest
      for (const name of names) {
        directory = yield* inside.speakable(asked, child(directory, name))
        yield* makeUnlessMade(inside, asked, directory, options)
      }
    }
  })

/** Somebody who makes a directory beside this one may have been faster, and made the same parent. */
const makeUnlessMade = (inside: Inside, asked: Asked, place: RootedPath, options: MakeDirectoryOptions) =>
  Effect.catchTag(
    makeOne(inside, asked, { path: place, slash: false }, options),
    "SystemError",
    (error) =>
      error.reason === "AlreadyExists"
        ? Effect.flatMap(
          inside.look(asked, place),
          ({ _tag }) => _tag === "Directory" ? Effect.void : Effect.fail(error)
        )
        : Effect.fail(error)
  )

/** @internal */
export const readDirectory = (inside: Inside) => (path: string, options?: ReadDirectoryOptions) => {
  const asked = { method: "readDirectory", path }
  return Effect.flatMap(inside.at(pathUses.readDirectory[0], asked), (directory) =>
    options?.recursive === true
      ? readDirectories(inside, asked, directory, "")
      : inside.below(asked, directory, (host) => inside.fs.readDirectory(host)))
}

/** Only what is a directory itself is gone into: a link could lead anywhere. */
const readDirectories = (
  inside: Inside,
  asked: Asked,
  directory: RootedPath,
  prefix: string
): Effect.Effect<Array<string>, PlatformError> =>
  Effect.flatMap(inside.below(asked, directory, (host) => inside.fs.readDirectory(host)), (names) =>
    Effect.map(
      Effect.forEach(names, (name) => {
        const place = child(directory, name)
        return Effect.flatMap(inside.look(asked, place), ({ _tag }) =>
          _tag === "Directory"
            ? Effect.map(
              readDirectories(inside, asked, place, `${prefix}${name}/`),
              (below) => [prefix + name, ...below]
            )
            : Effect.succeed([prefix + name]))
      }),
      (lists) => lists.flat()
    ))

/** `rmdir(2)` of what is no name. */
const notRemovable = { ".": "EINVAL", "..": "ENOTEMPTY", "/": "EBUSY" } as const

/** @internal */
export const remove =
  (inside: Inside) => (path: string, options?: RemoveOptions): Effect.Effect<void, PlatformError> => {
    const asked = { method: "remove", path }
    return Effect.gen(function*() {
      const place = yield* inside.at("keep", asked)
      const { _tag } = yield* inside.look(asked, place)
      if (_tag === "Directory") {
        if (options?.recursive !== true) return yield* fail(asked, "ERR_FS_EISDIR", "rm")
        const slot = yield* inside.slot(asked)
        if (slot.special !== undefined) return yield* fail(asked, notRemovable[slot.special], "rmdir")
        // Slashes led through a link, but what rmdir(2) would have to take away is the link.
        if (slot.path !== place) return yield* fail(asked, "ENOTDIR", "rmdir")
      }
      return yield* inside.below(asked, place, (host) => inside.fs.remove(host, options))
    }).pipe(
      Effect.catchTag(
        "SystemError",
        (error) => options?.force === true && error.reason === "NotFound" ? Effect.void : Effect.fail(error)
      )
    )
  }

/** For calls that fail before they look at the name: whether it may be looked for at all comes first (`link_path_walk`). */
const checkSearch = (inside: Inside, asked: Asked, { path, special }: Slot): Effect.Effect<void, PlatformError> =>
  special !== undefined
    ? Effect.void
    : Effect.catchIf(
      Effect.asVoid(inside.look(asked, path)),
      (error) => error._tag !== "SystemError" || error.reason !== "PermissionDenied",
      () => Effect.void
    )

/** @internal */
export const rename = (inside: Inside) => (oldPath: string, newPath: string) => {
  const asked = { method: "rename", path: oldPath }
  return checked(asked, [oldPath, newPath], true, () =>
    Effect.gen(function*() {
      const from = yield* inside.slot(asked)
      // The directory of the first name is searched before the second path is looked at (`filename_parentat`).
      const to = yield* Effect.tapError(inside.slot(asked, newPath), () => checkSearch(inside, asked, from))
      if (from.special !== undefined || to.special !== undefined) {
        yield* checkSearch(inside, asked, from)
        yield* checkSearch(inside, asked, to)
        return yield* fail(asked, "EBUSY", "rename")
      }
      if (from.slash || to.slash) {
        const { _tag } = yield* inside.look(asked, from.path)
        if (_tag === "Missing") return yield* fail(asked, "ENOENT", "rename")
        yield* inside.look(asked, to.path)
        if (_tag !== "Directory") return yield* fail(asked, "ENOTDIR", "rename")
      }
      return yield* inside.below(asked, from.path, (host) => inside.fs.rename(host, inside.root.hostPath(to.path)))
    }))
}
