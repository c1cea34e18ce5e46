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

/** What the errors of an operation name: the method, and its path (the first, where it has two) as the caller gave it. */
export interface OperationContext {
  readonly method: string
  readonly path: string
  /** The system call, where it is not the first that Node makes for the method. */
  readonly syscall?: string
}

/** The directory that an operation acts in, which exists, and the name it acts on (`filename_parentat` in `fs/namei.c`). */
export interface ParentAndName {
  /** Where the name is, or would be; with `special`, the directory itself. */
  readonly path: RootedPath
  /** The last component is not a name that can be made or removed. */
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
  { method, path, syscall: usual }: OperationContext,
  code: string,
  syscall = usual
): Effect.Effect<never, PlatformError> =>
  Effect.suspend(() => Effect.fail(fromFailure(method, path, { code, ...(syscall === undefined ? {} : { syscall }) })))

/** @internal */
export const unresolved = ({ method, path, syscall }: OperationContext, error: ResolveError): PlatformError =>
  fromResolveError(method, error, path, syscall)

/** @internal */
export class PathResolver {
  readonly root: Root
  readonly fs: FileSystem
  readonly #lookup: ReturnType<typeof lookup>

  constructor(root: Root, fs: FileSystem) {
    this.root = root
    this.fs = fs
    this.#lookup = lookup(fs)
  }

  /** Calls the file system below with the host path of a place in the root; its errors become those of the operation. */
  withHostPath<A, R>(
    { method, path }: OperationContext,
    place: RootedPath,
    call: (hostPath: string) => Effect.Effect<A, PlatformError, R>
  ): Effect.Effect<A, PlatformError, R> {
    return Effect.mapError(call(this.root.hostPath(place)), (error) => fromUnknown(method, path, error))
  }

  /** The place in the root that `path` stands for. */
  resolveFor(
    use: Exclude<PathUse, "parent">,
    context: OperationContext,
    path = context.path
  ): Effect.Effect<RootedPath, PlatformError> {
    switch (use) {
      case "follow":
        return this.resolve(context, path, {})
      case "keep":
        return this.resolve(context, path, { lastComponent: "keep" })
      case "create":
        return this.#create(context, path)
      case "createNew":
        return Effect.flatMap(this.parentAndName(context, path), ({ path: place, slash, special }) => {
          if (special !== undefined) return fail(context, "EEXIST")
          return slash ? fail(context, "EISDIR") : Effect.succeed(place)
        })
    }
  }

  /** Resolves the directory. The last name is not looked up. */
  parentAndName(context: OperationContext, path = context.path): Effect.Effect<ParentAndName, PlatformError> {
    return Effect.suspend(() => {
      const refusal = refused(this.root.path, path)
      if (refusal !== undefined) return Effect.fail(unresolved(context, refusal))
      const text = withoutSlashes(path)
      const name = nameOf(text)
      const slash = text !== path
      const special = text === "" && slash ? "/" : name === "." || name === ".." ? name : undefined
      return special === undefined
        ? Effect.map(this.resolve(context, text, { lastComponent: "unchecked" }), (place) => ({ path: place, slash }))
        : Effect.map(this.resolve(context, path, {}), (place) => ({ path: place, slash, special }))
    })
  }

  resolve(context: OperationContext, path: string, options: ResolveOptions): Effect.Effect<RootedPath, PlatformError> {
    return Effect.flatMap(
      Effect.mapError(
        this.root.resolve(path, { maxSymlinks: MAXSYMLINKS, ...options }),
        (error) => unresolved(context, error)
      ),
      (place) => this.checkText(context, place)
    )
  }

  /** The file system below takes well-formed text: bytes that are not UTF-8 would become another name. */
  checkText<Text extends string>(context: OperationContext, text: Text): Effect.Effect<Text, PlatformError> {
    return Effect.suspend(() => {
      if (text.isWellFormed()) return Effect.succeed(text)
      const at = text.startsWith("/") ? text as string as RootedPath : root // a place; or a text that names none
      const error = new InvalidPath({ root: this.root.path, path: context.path, at, code: "EILSEQ" })
      return Effect.fail(unresolved(context, error))
    })
  }

  #create(context: OperationContext, path: string): Effect.Effect<RootedPath, PlatformError> {
    if (path.endsWith("/")) return this.#directoryOnly(context, path)
    return Effect.flatMap(
      this.root.explain(path, { maxSymlinks: MAXSYMLINKS, missing: "last" }),
      ({ hops, result }) => {
        const place = Either.match(result, {
          onLeft: (error) => Effect.fail(unresolved(context, error)),
          onRight: (place) => this.checkText(context, place)
        })
        return hops.some(({ target }) => target.endsWith("/"))
          ? Effect.zipRight(this.#checkLinkSlashes(context, path, hops), place)
          : place
      }
    )
  }

  /** Nothing but a directory can be where slashes follow, and O_CREAT makes none (`open_last_lookups`). */
  #directoryOnly(context: OperationContext, path: string): Effect.Effect<RootedPath, PlatformError> {
    return Effect.flatMap(
      this.parentAndName(context, path),
      ({ path: place, special }) => special === undefined ? fail(context, "EISDIR") : Effect.succeed(place)
    )
  }

  /** O_CREAT refuses slashes after the last name of a link's target, too. Only paths with such links are resolved again. */
  #checkLinkSlashes(
    context: OperationContext,
    path: string,
    hops: Explanation["hops"]
  ): Effect.Effect<void, PlatformError> {
    const parentAndName = this.parentAndName.bind(this)
    const directoryOnly = this.#directoryOnly.bind(this)
    return Effect.gen(function*() {
      let text = path
      for (let links = 0; links <= hops.length; links++) {
        if (text.endsWith("/")) yield* directoryOnly(context, text)
        const { path: place, special } = yield* parentAndName(context, text)
        const hop = hops.find(({ link }) => link === place)
        if (special !== undefined || hop === undefined) return
        text = hop.target.startsWith("/") ? hop.target : `${parentOf(place)}/${hop.target}`
      }
    })
  }

  /** What is at a place whose parents exist. A missing name is an answer, not a failure. */
  lookup(
    context: OperationContext,
    place: RootedPath
  ): Effect.Effect<Exclude<Walk.Entry<string>, Walk.Fault>, PlatformError> {
    if (place === "/") return Effect.succeed({ _tag: "Directory", handle: this.root.hostPath(place) })
    const directory = ComponentStack.make(withoutSlashes(this.root.hostPath(parentOf(place))))
    return Effect.flatMap(this.#lookup({ directory, name: nameOf(place) }), (entry) => {
      if (entry._tag !== "Fault") return Effect.succeed(entry)
      // Without the syscall: the caller did not ask for readlink(2).
      const code = exactErrno(entry.cause)
      return code === undefined
        ? Effect.fail(fromUnknown(context.method, context.path, entry.cause))
        : fail(context, code)
    })
  }
}
