/** Finds, for one path of one operation, the place in the root; and looks at what is there. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { InvalidPath, type ResolveError } from "../ResolveError.js"
import type { Explanation, ResolveOptions, Root } from "../Root.js"
import type { PathUse } from "../RootFileSystem.js"
import { exactErrno } from "./errno.js"
import { lookup } from "./fileSystemRoot.js"
import { fromFailure, fromResolveError, fromUnknown } from "./fileSystemError.js"
import { MAXSYMLINKS } from "@procfsroot/vfs/Limits"
import { refused } from "./resolveError.js"
import { nameOf, withoutSlashes } from "./text.js"

/** What an error tells: the method, and its path (the first, where it has two) as it was asked. */
export interface Asked {
  readonly method: string
  readonly path: string
  /** Where it is not the first that Node makes for the method. */
  readonly syscall?: string
}

/** A name in a directory that exists. */
export interface Slot {
  /** Where the name is, or would be; with `special`, the directory itself. */
  readonly path: RootedPath
  /** The last component is none of the names that can be made or taken away. */
  readonly special?: "." | ".." | "/"
  /** Slashes follow the name. */
  readonly slash: boolean
}

/** The directory that a place is in; the root is in itself. */
export const parentOf = (path: RootedPath): RootedPath => (path.slice(0, path.lastIndexOf("/")) || "/") as RootedPath // what is left of a rooted path is one

/** @internal */
export const child = (directory: RootedPath, name: string): RootedPath =>
  `${directory === "/" ? "" : directory}/${name}` as RootedPath // `name` is an entry of the directory

/** @internal */
export const fail = (
  { method, path, syscall: usual }: Asked,
  code: string,
  syscall = usual
): Effect.Effect<never, PlatformError> =>
  Effect.suspend(() => Effect.fail(fromFailure(method, path, { code, ...(syscall === undefined ? {} : { syscall }) })))

/** @internal */
export const unresolved = ({ method, path, syscall }: Asked, error: ResolveError): PlatformError =>
  fromResolveError(method, error, path, syscall)

/** @internal */
export class Inside {
  readonly root: Root
  readonly fs: FileSystem
  readonly #lookup: ReturnType<typeof lookup>

  constructor(root: Root, fs: FileSystem) {
    this.root = root
    this.fs = fs
    this.#lookup = lookup(fs)
  }

  /** Asks the file system below about a place in the root; its errors come back as `asked` puts it. */
  below<A, R>(
    { method, path }: Asked,
    place: RootedPath,
    call: (hostPath: string) => Effect.Effect<A, PlatformError, R>
  ): Effect.Effect<A, PlatformError, R> {
    return Effect.mapError(call(this.root.hostPath(place)), (error) => fromUnknown(method, path, error))
  }

  /** The place that `path` comes to by a use that ends in one. */
  at(use: Exclude<PathUse, "slot">, asked: Asked, path = asked.path): Effect.Effect<RootedPath, PlatformError> {
    switch (use) {
      case "follow":
        return this.resolve(asked, path, {})
      case "keep":
        return this.resolve(asked, path, { lastComponent: "keep" })
      case "create":
        return this.#create(asked, path)
      case "createNew":
        return Effect.flatMap(this.slot(asked, path), (slot) => {
          if (slot.special !== undefined) return fail(asked, "EEXIST")
          return slot.slash ? fail(asked, "EISDIR") : Effect.succeed(slot.path)
        })
    }
  }

  /** As `filename_parentat` in `fs/namei.c`: the directory, by the walk, and the last name, which nobody looks at. */
  slot(asked: Asked, path = asked.path): Effect.Effect<Slot, PlatformError> {
    return Effect.suspend(() => {
      const refusal = refused(this.root.path, path)
      if (refusal !== undefined) return Effect.fail(unresolved(asked, refusal))
      const text = withoutSlashes(path)
      const name = nameOf(text)
      const slash = text !== path
      const special = text === "" && slash ? "/" : name === "." || name === ".." ? name : undefined
      return special === undefined
        ? Effect.map(this.resolve(asked, text, { lastComponent: "unchecked" }), (place) => ({ path: place, slash }))
        : Effect.map(this.resolve(asked, path, {}), (place) => ({ path: place, slash, special }))
    })
  }

  resolve(asked: Asked, path: string, options: ResolveOptions): Effect.Effect<RootedPath, PlatformError> {
    return Effect.flatMap(
      Effect.mapError(
        this.root.resolve(path, { maxSymlinks: MAXSYMLINKS, ...options }),
        (error) => unresolved(asked, error)
      ),
      (place) => this.speakable(asked, place)
    )
  }

  /** The file system below takes text: a name that is none must not come out as another, also where nobody looks at it. */
  speakable<Text extends string>(asked: Asked, text: Text): Effect.Effect<Text, PlatformError> {
    return Effect.suspend(() => {
      if (text.isWellFormed()) return Effect.succeed(text)
      const at = text.startsWith("/") ? text as string as RootedPath : root // a place; or a text that names none
      const error = new InvalidPath({ root: this.root.path, path: asked.path, at, code: "EILSEQ" })
      return Effect.fail(unresolved(asked, error))
    })
  }

  #create(asked: Asked, path: string): Effect.Effect<RootedPath, PlatformError> {
    if (path.endsWith("/")) return this.#directoryOnly(asked, path)
    return Effect.flatMap(
      this.root.explain(path, { maxSymlinks: MAXSYMLINKS, missing: "last" }),
      ({ hops, result }) => {
        const place = Either.match(result, {
          onLeft: (error) => Effect.fail(unresolved(asked, error)),
          onRight: (place) => this.speakable(asked, place)
        })
        return hops.some(({ target }) => target.endsWith("/"))
          ? Effect.zipRight(this.#noSlashBehind(asked, path, hops), place)
          : place
      }
    )
  }

  /** Nothing but a directory can be where slashes follow, and O_CREAT makes none (`open_last_lookups`). */
  #directoryOnly(asked: Asked, path: string): Effect.Effect<RootedPath, PlatformError> {
    return Effect.flatMap(
      this.slot(asked, path),
      ({ path: place, special }) => special === undefined ? fail(asked, "EISDIR") : Effect.succeed(place)
    )
  }

  /** O_CREAT minds slashes also in the text of a link that the path ends in. Only such links are gone through again. */
  #noSlashBehind(asked: Asked, path: string, hops: Explanation["hops"]): Effect.Effect<void, PlatformError> {
    const slot = this.slot.bind(this)
    const directoryOnly = this.#directoryOnly.bind(this)
    return Effect.gen(function*() {
      let text = path
      for (let links = 0; links <= hops.length; links++) {
        if (text.endsWith("/")) yield* directoryOnly(asked, text)
        const { path: place, special } = yield* slot(asked, text)
        const hop = hops.find(({ link }) => link === place)
        if (special !== undefined || hop === undefined) return
        text = hop.target.startsWith("/") ? hop.target : `${parentOf(place)}/${hop.target}`
      }
    })
  }

  /** What is at a place whose parents exist. Faults fail; a missing name is an answer. */
  look(asked: Asked, place: RootedPath): Effect.Effect<Exclude<Walk.Entry<string>, Walk.Fault>, PlatformError> {
    if (place === "/") return Effect.succeed({ _tag: "Directory", handle: this.root.hostPath(place) })
    const directory = ComponentStack.make(withoutSlashes(this.root.hostPath(parentOf(place))))
    return Effect.flatMap(this.#lookup({ directory, name: nameOf(place) }), (entry) => {
      if (entry._tag !== "Fault") return Effect.succeed(entry)
      // How we look is not the caller's affair: not that it is by readlink(2).
      const code = exactErrno(entry.cause)
      return code === undefined ? Effect.fail(fromUnknown(asked.method, asked.path, entry.cause)) : fail(asked, code)
    })
  }
}
