/** Temporary files and directories, in the root. */
import type { PlatformError } from "@effect/platform/Error"
import type { MakeTempFileOptions } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { remove } from "./rootFileSystemDirectories.js"
import { checked } from "./rootFileSystemArguments.js"
import { child, type OperationContext, parentOf, type PathResolver } from "./rootFileSystemPaths.js"
import { nameOf, withoutSlashes } from "./text.js"

/** Stands for the characters that the file system below adds to the prefix, while the directory is resolved. */
const PLACEHOLDER = "XXXXXX"

interface Temporary {
  /** What the caller gets: in the directory as the caller gave it. */
  readonly path: string
  readonly place: RootedPath
}

const directory = (
  resolver: PathResolver,
  method: string,
  { directory = "/tmp", prefix = "" }: MakeTempFileOptions = {}
): Effect.Effect<Temporary, PlatformError> => {
  const text = `${withoutSlashes(directory)}/${prefix}`
  const context: OperationContext = { method, path: text }
  return checked(context, [directory, prefix], true, () =>
    Effect.gen(function*() {
      const { path: place } = yield* resolver.parentAndName(context, text + PLACEHOLDER)
      const parent = parentOf(place)
      const start = nameOf(text)
      const made = yield* resolver.withHostPath(
        context,
        parent,
        (host) => resolver.fs.makeTempDirectory({ directory: host, ...(start === "" ? {} : { prefix: start }) })
      )
      const name = nameOf(withoutSlashes(made))
      return { path: text.slice(0, text.length - start.length) + name, place: child(parent, name) }
    }))
}

/** The directory is the caller's alone, so the name may be easy to guess. */
const randomName = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 16), 12),
  (digits) => digits.map((digit) => digit.toString(16)).join("")
)

const file = (
  resolver: PathResolver,
  method: string,
  options?: MakeTempFileOptions
): Effect.Effect<Temporary, PlatformError> =>
  Effect.gen(function*() {
    const made = yield* checked(
      { method, path: "" },
      [options?.suffix],
      true,
      () => directory(resolver, method, options)
    )
    const name = (yield* randomName) + (options?.suffix ?? "")
    const context: OperationContext = { method, path: `${made.path}/${name}`, syscall: "open" }
    const place = yield* resolver.resolveFor("create", context, `${made.place}/${name}`)
    yield* Effect.scoped(resolver.withHostPath(context, place, (host) => resolver.fs.open(host, { flag: "w+" })))
    return { path: context.path, place: made.place }
  })

/** @internal */
export const makeTemporary = (resolver: PathResolver) => {
  const path = (made: Effect.Effect<Temporary, PlatformError>) => Effect.map(made, ({ path }) => path)
  // The directory goes, whatever has been put into it.
  const scoped = (made: Effect.Effect<Temporary, PlatformError>) =>
    Effect.map(
      Effect.acquireRelease(made, ({ place }) => Effect.orDie(remove(resolver)(place, { recursive: true }))),
      ({ path }) => path
    )
  return {
    makeTempDirectory: (options?: MakeTempFileOptions) => path(directory(resolver, "makeTempDirectory", options)),
    makeTempDirectoryScoped: (options?: MakeTempFileOptions) =>
      scoped(directory(resolver, "makeTempDirectoryScoped", options)),
    makeTempFile: (options?: MakeTempFileOptions) => path(file(resolver, "makeTempFile", options)),
    makeTempFileScoped: (options?: MakeTempFileOptions) => scoped(file(resolver, "makeTempFileScoped", options))
  }
}
