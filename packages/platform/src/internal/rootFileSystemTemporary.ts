/** Temporary files and directories, in the root. */
import type { PlatformError } from "@effect/platform/Error"
import type { MakeTempFileOptions } from "@effect/platform/FileSystem"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { remove } from "./rootFileSystemDirectories.js"
import { checked } from "./rootFileSystemArguments.js"
import { type Asked, child, type Inside, parentOf } from "./rootFileSystemPaths.js"
import { nameOf, withoutSlashes } from "./text.js"

/** Stands, while the directory is looked for, for what the file system below will put there. */
const SIX = "XXXXXX"

interface Made {
  /** As the caller is told: behind the directory that was asked for. */
  readonly path: string
  readonly place: RootedPath
}

const directory = (
  inside: Inside,
  method: string,
  { directory = "/tmp", prefix = "" }: MakeTempFileOptions = {}
): Effect.Effect<Made, PlatformError> => {
  const text = `${withoutSlashes(directory)}/${prefix}`
  const asked: Asked = { method, path: text }
  return checked(asked, [directory, prefix], true, () =>
    Effect.gen(function*() {
      const { path: slot } = yield* inside.slot(asked, text + SIX)
      const parent = parentOf(slot)
      const start = nameOf(text)
      const made = yield* inside.below(
        asked,
        parent,
        (host) => inside.fs.makeTempDirectory({ directory: host, ...(start === "" ? {} : { prefix: start }) })
      )
      const name = nameOf(withoutSlashes(made))
      return { path: text.slice(0, text.length - start.length) + name, place: child(parent, name) }
    }))
}

/** A name in a directory that is nobody else's, so that it need not be hard to guess. */
const randomName = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 16), 12),
  (digits) => digits.map((digit) => digit.toString(16)).join("")
)

const file = (inside: Inside, method: string, options?: MakeTempFileOptions): Effect.Effect<Made, PlatformError> =>
  Effect.gen(function*() {
    const made = yield* checked({ method, path: "" }, [options?.suffix], true, () => directory(inside, method, options))
    const name = (yield* randomName) + (options?.suffix ?? "")
    const asked: Asked = { method, path: `${made.path}/${name}`, syscall: "open" }
    const place = yield* inside.at("create", asked, `${made.place}/${name}`)
    yield* Effect.scoped(inside.below(asked, place, (host) => inside.fs.open(host, { flag: "w+" })))
    return { path: asked.path, place: made.place }
  })

/** @internal */
export const makeTemporary = (inside: Inside) => {
  const path = (made: Effect.Effect<Made, PlatformError>) => Effect.map(made, ({ path }) => path)
  // The directory goes, whatever has been put into it.
  const scoped = (made: Effect.Effect<Made, PlatformError>) =>
    Effect.map(
      Effect.acquireRelease(made, ({ place }) => Effect.orDie(remove(inside)(place, { recursive: true }))),
      ({ path }) => path
    )
  return {
    makeTempDirectory: (options?: MakeTempFileOptions) => path(directory(inside, "makeTempDirectory", options)),
    makeTempDirectoryScoped: (options?: MakeTempFileOptions) =>
      scoped(directory(inside, "makeTempDirectoryScoped", options)),
    makeTempFile: (options?: MakeTempFileOptions) => path(file(inside, "makeTempFile", options)),
    makeTempFileScoped: (options?: MakeTempFileOptions) => scoped(file(inside, "makeTempFileScoped", options))
  }
}
