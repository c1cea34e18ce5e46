/** Tests of `RootFileSystem` over a fake: the paths and errors that it passes on, and events. */
import { Error as PlatformErrors, FileSystem } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Root, RootFileSystem } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { inspect } from "node:util"
import { info } from "./fake.js"

type Fake = Partial<FileSystem.FileSystem>

/** Errors like those of many fakes: a reason and a path, no errno. `code` is one of the cause. */
const systemError = (reason: PlatformErrors.SystemErrorReason, path: string, code?: string) =>
  new PlatformErrors.SystemError({
    module: "FileSystem",
    method: "fake",
    reason,
    pathOrDescriptor: path,
    description: `no luck with '${path}'`,
    ...(code === undefined ? {} : { cause: Object.assign(new Error(code), { code }) })
  })

const kinds: Readonly<Record<string, FileSystem.File.Type>> = {
  "/box": "Directory",
  "/box/d": "Directory",
  "/box/f": "File"
}
const links: Readonly<Record<string, string>> = { "/box/l": "/d", "/box/d/out": "../../secret", "/box/new": "/made" }

const fake: Fake = {
  stat: (path) => {
    const kind = kinds[path]
    return kind === undefined ? Effect.fail(systemError("NotFound", path)) : Effect.succeed(info(kind))
  },
  readLink: (path) => {
    const text = links[path]
    if (text !== undefined) return Effect.succeed(text)
    return Effect.fail(systemError(kinds[path] === undefined ? "NotFound" : "Unknown", path))
  }
}
const overFake = (methods: Fake) =>
  RootFileSystem.layer.pipe(
    Layer.provide(Root.layer("/box")),
    Layer.provide(FileSystem.layerNoop({ ...fake, ...methods }))
  )

describe("over a fake", () => {
  it.effect("calls the underlying file system with the resolved host path", () => {
    const asked: Array<string> = []
    const record = (path: string) => Effect.sync(() => void asked.push(path))
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      yield* fs.chmod("/l/../f", 0o600)
      yield* fs.writeFile("new", new Uint8Array())
      yield* fs.symlink("/secret", "l/x")
      expect(asked).toEqual(["/box/f", "/box/made", "/box/d/x"])
    }).pipe(
      Effect.provide(overFake({ chmod: record, writeFile: record, symlink: (_, path) => record(path) }))
    )
  })

  it.effect("an error without an errno keeps its reason, and contains no host path", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.readFile("/l/../f"))
      expect(error).toMatchObject({
        _tag: "SystemError",
        reason: "TimedOut",
        pathOrDescriptor: "/l/../f",
        method: "readFile"
      })
      expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain("/box")
    }).pipe(
      Effect.provide(overFake({ readFile: (path) => Effect.fail(systemError("TimedOut", path)) }))
    ))

  it.effect("a code that is not an errno does not hide the reason", () => {
    // As over an object store.
    const missing = (path: string) => Effect.fail(systemError("NotFound", path, "NoSuchKey"))
    const below: Fake = {
      stat: (path) => kinds[path] === undefined ? missing(path) : Effect.succeed(info(kinds[path])),
      readLink: (path) => kinds[path] === undefined ? missing(path) : Effect.fail(systemError("Unknown", path)),
      writeFile: (path) => Effect.sync(() => void written.push(path)),
      remove: missing
    }
    const written: Array<string> = []
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      expect(yield* fs.exists("/missing")).toBe(false)
      yield* fs.writeFile("/missing", new Uint8Array())
      expect(written).toEqual(["/box/missing"])
      yield* fs.remove("/missing", { force: true })
      expect(yield* Effect.flip(fs.readFile("/missing"))).toMatchObject({ reason: "NotFound" })
      expect(yield* Effect.flip(Root.resolve("/missing"))).toMatchObject({ _tag: "PathNotFound" })
    }).pipe(
      Effect.provide(overFake(below)),
      Effect.provide(Root.layer("/box").pipe(Layer.provide(FileSystem.layerNoop(below))))
    )
  })

  it.effect("an errno without a reason of its own keeps the reason", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      expect(yield* Effect.flip(fs.readFile("/f"))).toMatchObject({
        reason: "TimedOut",
        cause: { code: "ECONNRESET" }
      })
    }).pipe(
      Effect.provide(overFake({ readFile: (path) => Effect.fail(systemError("TimedOut", path, "ECONNRESET")) }))
    ))

  it.effect("a path that does not resolve fails with a ResolveError as cause, with paths inside the root", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.stat("/d/out"))
      expect(error).toMatchObject({
        _tag: "SystemError",
        reason: "NotFound",
        pathOrDescriptor: "/d/out",
        cause: { _tag: "PathNotFound", code: "ENOENT", root: "/", at: "/secret" }
      })
      expect(error.message).not.toContain("/box")
    }).pipe(Effect.provide(overFake({}))))

  it.effect("errors contain no paths of the underlying file system", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.stat("/d/x"))
      expect(error).toMatchObject({
        reason: "PermissionDenied",
        cause: { _tag: "AccessDenied", at: "/d/x", root: "/", cause: { code: "EACCES" } }
      })
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("/box")
    }).pipe(Effect.provide(overFake({
      readLink: (path) => Effect.fail(systemError(path === "/box/d/x" ? "PermissionDenied" : "Unknown", path))
    }))))

  it.effect("events have paths inside the root, and there are none for other files", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const events = yield* Stream.runCollect(fs.watch("/l"))
      expect([...events]).toEqual([
        FileSystem.WatchEventUpdate({ path: "/d/deep/file" }),
        FileSystem.WatchEventUpdate({ path: "file" }),
        FileSystem.WatchEventCreate({ path: "out" }),
        FileSystem.WatchEventRemove({ path: "gone" })
      ])
    }).pipe(
      Effect.provide(overFake({
        watch: (path) =>
          Stream.make(
            FileSystem.WatchEventUpdate({ path: `${path}/deep/file` }),
            FileSystem.WatchEventUpdate({ path: "/secret" }),
            FileSystem.WatchEventUpdate({ path: "/boxer" }),
            FileSystem.WatchEventUpdate({ path: "file" }),
            // Node's layer reports Remove or Create depending on whether its working directory has the name.
            FileSystem.WatchEventRemove({ path: "out" }),
            FileSystem.WatchEventCreate({ path: "gone" })
          )
      }))
    ))

  it.effect("an error of the underlying file system does not mean that a file is missing", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.exists("/f"))
      expect(error).toMatchObject({ _tag: "SystemError", reason: "BadResource", pathOrDescriptor: "/f" })
    }).pipe(
      Effect.provide(overFake({ access: (path) => Effect.fail(systemError("BadResource", path)) }))
    ))

  it.effect("copyFile reports its own error if the fake has no access", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const errorOf = (from: string, to: string) => Effect.flip(fs.copyFile(from, to))
      expect(yield* errorOf("/f", "/none/new")).toMatchObject({ reason: "NotFound" })
      expect(yield* errorOf("/d", "/new")).toMatchObject({ reason: "BadResource", cause: { code: "EISDIR" } })
    }).pipe(Effect.provide(overFake({}))))
})
