/** Finds, for the paths of one operation, the places in the root, and looks at what is there. */
import type { PlatformError } from "@effect/platform/Error"
import type { File, FileSystem } from "@effect/platform/FileSystem"
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import { MAXSYMLINKS } from "@procfsroot/vfs/Limits"
import { split, withoutSlashes } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { InvalidPath, type ResolveError } from "../ResolveError.js"
import type { Explanation, ResolveOptions, Root } from "../Root.js"
import type { PathUse } from "../RootFileSystem.js"
import type { Lookup } from "./drive.js"
import { exactErrno } from "./errno.js"
import { fromFailure, fromResolveError, fromUnknown, refusedArgument } from "./fileSystemError.js"
import { refused } from "./resolveError.js"

/**
 * What all operations have in common.
 *
 * @internal
 */
export interface Context {
  readonly root: Root
  /** The file system below, of host paths. */
  readonly fs: FileSystem
  readonly lookup: Lookup<string>
}

/**
 * The directory that an operation acts in, which exists, and the name it acts on (`filename_parentat` in `fs/namei.c`).
 *
 * @internal
 */
export interface ParentAndName {
  /** Where the name is, or would be; with `special`, the directory itself. */
  readonly path: RootedPath
  /** The last component is not a name that can be made or removed. */
  readonly special?: "." | ".." | "/"
  /** Slashes follow the name. */
  readonly slash: boolean
}

/**
 * The directory that a place is in; the root is in itself.
 *
 * @internal
 */
export const parentOf = (path: RootedPath): RootedPath => (withoutSlashes(split(path).before) || "/") as RootedPath // what is left of a rooted path is one

/** @internal */
export const child = (directory: RootedPath, name: string): RootedPath =>
  `${directory === "/" ? "" : directory}/${name}` as RootedPath // `name` is an entry of the directory

/**
 * Resolves the paths of one operation, whose errors name its method, and the first path as the caller gave it.
 *
 * @internal
 */
export class PathResolver {
  readonly root: Root
  readonly fs: FileSystem
  readonly path: string
  readonly #lookup: Lookup<string>
  readonly #method: string
  /** The system call, where it is not the first that Node makes for the method. */
  readonly #syscall: string | undefined

  constructor({ fs, lookup, root }: Context, method: string, path: string, syscall?: string) {
    this.root = root
    this.fs = fs
    this.path = path
    this.#lookup = lookup
    this.#method = method
    this.#syscall = syscall
  }

  fail(code: string, syscall = this.#syscall): Effect.Effect<never, PlatformError> {
    return Effect.suspend(() => Effect.fail(fromFailure(this.#method, this.path, { code, syscall })))
  }

  unresolved(error: ResolveError): PlatformError {
    return fromResolveError(this.#method, error, this.path, this.#syscall)
  }

  /** An error of the file system below as one of the operation. */
  fromBelow(error: unknown): PlatformError {
    return fromUnknown(this.#method, this.path, error)
  }

  /** Calls the file system below with the host path of a place in the root. */
  withHostPath<A, R>(
    place: RootedPath,
    call: (hostPath: string) => Effect.Effect<A, PlatformError, R>
  ): Effect.Effect<A, PlatformError, R> {
    return Effect.mapError(call(this.root.hostPath(place)), (error) => this.fromBelow(error))
  }

  /** Resolves the path, and calls the file system below with the host path. */
  withFile<A, R>(
    use: Exclude<PathUse, "parent">,
    call: (hostPath: string) => Effect.Effect<A, PlatformError, R>
  ): Effect.Effect<A, PlatformError, R> {
    return Effect.flatMap(this.resolveFor(use), (place) => this.withHostPath(place, call))
  }

  stat(place: RootedPath): Effect.Effect<File.Info, PlatformError> {
    return this.withHostPath(place, (host) => this.fs.stat(host))
  }

  readDirectory(place: RootedPath): Effect.Effect<Array<string>, PlatformError> {
    return this.withHostPath(place, (host) => this.fs.readDirectory(host))
  }

  /** The place in the root that `path` stands for. */
  resolveFor(use: Exclude<PathUse, "parent">, path = this.path): Effect.Effect<RootedPath, PlatformError> {
    switch (use) {
      case "follow":
        return this.resolve(path, {})
      case "keep":
        return this.resolve(path, { lastComponent: "keep" })
      case "create":
        return this.#create(path)
      case "createNew":
        return Effect.flatMap(
          this.named("EEXIST", path),
          ({ path, slash }) => slash ? this.fail("EISDIR") : Effect.succeed(path)
        )
    }
  }

  /** Resolves the directory. The last name is not looked up. */
  parentAndName(path = this.path): Effect.Effect<ParentAndName, PlatformError> {
    return Effect.suspend(() => {
      const refusal = refused(this.root.path, path)
      if (refusal !== undefined) return Effect.fail(this.unresolved(refusal))
      const { before, name, slash } = split(path)
      const special = name === "" && slash ? "/" : name === "." || name === ".." ? name : undefined
      return special === undefined
        ? Effect.map(this.resolve(before + name, { lastComponent: "unchecked" }), (path) => ({ path, slash }))
        : Effect.map(this.resolve(path, {}), (path) => ({ path, slash, special }))
    })
  }

  /** As `parentAndName`; `.`, `..` and `/` fail with `code`. */
  named(code: string, path = this.path, syscall?: string): Effect.Effect<ParentAndName, PlatformError> {
    return Effect.flatMap(
      this.parentAndName(path),
      (found) => found.special === undefined ? Effect.succeed(found) : this.fail(code, syscall)
    )
  }

  resolve(path: string, options: ResolveOptions): Effect.Effect<RootedPath, PlatformError> {
    return Effect.flatMap(
      Effect.mapError(
        this.root.resolve(path, { maxSymlinks: MAXSYMLINKS, ...options }),
        (error) => this.unresolved(error)
      ),
      (place) => this.checkText(place)
    )
  }

  /** The file system below takes well-formed text: bytes that are not UTF-8 would become another name. */
  checkText<Text extends string>(text: Text): Effect.Effect<Text, PlatformError> {
    return Effect.suspend(() => {
      if (text.isWellFormed()) return Effect.succeed(text)
      const at = text.startsWith("/") ? text as string as RootedPath : root // a place; or a text that names none
      return Effect.fail(
        this.unresolved(new InvalidPath({ root: this.root.path, path: this.path, at, code: "EILSEQ" }))
      )
    })
  }

  #create(path: string): Effect.Effect<RootedPath, PlatformError> {
    if (path.endsWith("/")) return this.#directoryOnly(path)
    return Effect.flatMap(
      this.root.explain(path, { maxSymlinks: MAXSYMLINKS, missing: "last" }),
      ({ hops, result }) => {
        const place = Either.match(result, {
          onLeft: (error) => Effect.fail(this.unresolved(error)),
          onRight: (place) => this.checkText(place)
        })
        return hops.some(({ target }) => target.endsWith("/"))
          ? Effect.zipRight(this.#checkLinkSlashes(path, hops), place)
          : place
      }
    )
  }

  /** Nothing but a directory can be where slashes follow, and O_CREAT makes none (`open_last_lookups`). */
  #directoryOnly(path: string): Effect.Effect<RootedPath, PlatformError> {
    return Effect.flatMap(
      this.parentAndName(path),
      ({ path, special }) => special === undefined ? this.fail("EISDIR") : Effect.succeed(path)
    )
  }

  /** O_CREAT refuses slashes after the last name of a link's target, too. Only paths with such links are resolved again. */
  #checkLinkSlashes(path: string, hops: Explanation["hops"]): Effect.Effect<void, PlatformError> {
    const parentAndName = this.parentAndName.bind(this)
    const directoryOnly = this.#directoryOnly.bind(this)
    return Effect.gen(function*() {
      let text = path
      for (let links = 0; links <= hops.length; links++) {
        if (text.endsWith("/")) yield* directoryOnly(text)
        const { path: place, special } = yield* parentAndName(text)
        const hop = hops.find(({ link }) => link === place)
        if (special !== undefined || hop === undefined) return
        text = hop.target.startsWith("/") ? hop.target : `${parentOf(place)}/${hop.target}`
      }
    })
  }

  /** What is at a place whose parents exist. A missing name is an answer, not a failure. */
  lookup(place: RootedPath): Effect.Effect<Exclude<Walk.Entry<string>, Walk.Fault>, PlatformError> {
    if (place === "/") return Effect.succeed({ _tag: "Directory", handle: this.root.hostPath(place) })
    const directory = ComponentStack.make(withoutSlashes(this.root.hostPath(parentOf(place))))
    return Effect.flatMap(this.#lookup({ directory, name: split(place).name }), (entry) => {
      if (entry._tag !== "Fault") return Effect.succeed(entry)
      // Without the syscall: the caller did not ask for readlink(2).
      const code = exactErrno(entry.cause)
      return code === undefined ? Effect.fail(this.fromBelow(entry.cause)) : this.fail(code)
    })
  }
}

/**
 * An operation, of which `texts` are the arguments that are text. Those, and what `check` checks, are refused before any
 * path is resolved.
 *
 * @internal
 */
export const operation = <A, E, R>(
  context: Context,
  method: string,
  texts: readonly [path: string, ...others: ReadonlyArray<string>],
  use: (resolver: PathResolver) => Effect.Effect<A, E, R>,
  check?: () => void
): Effect.Effect<A, E | PlatformError, R> =>
  Effect.suspend((): Effect.Effect<A, E | PlatformError, R> => {
    const [path] = texts
    const error = refusedArgument(method, path, texts, check)
    return error === undefined ? use(new PathResolver(context, method, path)) : Effect.fail(error)
  })
