/** Temporary files and directories, in the root. */
import type { PlatformError } from "@effect/platform/Error"
import type { MakeTempFileOptions } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { split } from "@procfsroot/vfs/Path"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { remove } from "./rootFileSystemDirectories.js"
import { child, type Context, operation, parentOf, PathResolver } from "./rootFileSystemPathResolver.js"
import { temporaryPrefix } from "./temporaryPrefix.js"

/** Stands for the characters that the file system below adds to the prefix, while the directory is resolved. */
const PLACEHOLDER = "XXXXXX"

interface Temporary {
  /** What the caller gets: in the directory as the caller gave it. */
  readonly path: string
  readonly place: RootedPath
}

/** `text` is the directory and the beginning of the name. */
const directory = (resolver: PathResolver, text: string): Effect.Effect<Temporary, PlatformError> =>
  Effect.gen(function*() {
    const { path: place } = yield* resolver.parentAndName(text + PLACEHOLDER)
    const parent = parentOf(place)
    const start = text.lastIndexOf("/") + 1
    const prefix = text.slice(start)
    const made = yield* resolver.withHostPath(
      parent,
      (host) => resolver.fs.makeTempDirectory({ directory: host, ...(prefix === "" ? {} : { prefix }) })
    )
    const { name } = split(made)
    return { path: text.slice(0, start) + name, place: child(parent, name) }
  })

/** The directory is the caller's alone, so the name may be easy to guess. */
const randomName = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 16), 12),
  (digits) => digits.map((digit) => digit.toString(16)).join("")
)

const fileIn = (
  context: Context,
  method: string,
  { path, place }: Temporary,
  suffix: string
): Effect.Effect<Temporary, PlatformError> =>
  Effect.gen(function*() {
    const name = (yield* randomName) + suffix
    const resolver = new PathResolver(context, method, `${path}/${name}`, "open")
    const file = yield* resolver.resolveFor("create", `${place}/${name}`)
    yield* Effect.scoped(resolver.withHostPath(file, (host) => resolver.fs.open(host, { flag: "w+" })))
    return { path: resolver.path, place }
  })

/** @internal */
export const makeTemporary = (context: Context) => {
  const makeDirectory = (method: string, options?: MakeTempFileOptions) => {
    const text = temporaryPrefix(options)
    return operation(context, method, [text], (resolver) => directory(resolver, text))
  }

  const makeFile = (method: string, options?: MakeTempFileOptions) => {
    const text = temporaryPrefix(options)
    const suffix = options?.suffix ?? ""
    return operation(
      context,
      method,
      [text, suffix],
      (resolver) => Effect.flatMap(directory(resolver, text), (made) => fileIn(context, method, made, suffix))
    )
  }

  const path = <R>(made: Effect.Effect<Temporary, PlatformError, R>) => Effect.map(made, ({ path }) => path)

  /** The directory is removed with all that is in it. */
  const scoped = (made: Effect.Effect<Temporary, PlatformError>) =>
    path(Effect.acquireRelease(made, ({ place }) => Effect.orDie(remove(context)(place, { recursive: true }))))

  return {
    makeTempDirectory: (options?: MakeTempFileOptions) => path(makeDirectory("makeTempDirectory", options)),
    makeTempDirectoryScoped: (options?: MakeTempFileOptions) =>
      scoped(makeDirectory("makeTempDirectoryScoped", options)),
    makeTempFile: (options?: MakeTempFileOptions) => path(makeFile("makeTempFile", options)),
    makeTempFileScoped: (options?: MakeTempFileOptions) => scoped(makeFile("makeTempFileScoped", options))
  }
}
