/** The errors of a watch that cannot begin. */
import { FileSystem } from "@effect/platform/FileSystem"
import { MemoryFileSystem, Root, RootFileSystem } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"

const watch = Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.watch("/d")))

const failure = (layer: Layer.Layer<FileSystem, unknown>) =>
  Effect.runPromise(Effect.flip(Effect.provide(watch, layer)))

it("an error of the watch itself names it, and not the call that has looked for the path", async () => {
  const tree = { "/d": MemoryFileSystem.directory({ mode: 0o711 }) }
  const error = await failure(MemoryFileSystem.layer(tree, { user: { uid: 1_000, gid: 1_000 } }))
  expect(String(error)).toContain("PermissionDenied: FileSystem.watch (/d): EACCES: permission denied, watch '/d'")
})

const dies = (defect: unknown) => {
  const host = Layer.effect(
    FileSystem,
    Effect.map(FileSystem, (fs) => ({ ...fs, watch: () => Stream.die(defect) }))
  ).pipe(Layer.provide(MemoryFileSystem.layer({ "/box/d": MemoryFileSystem.directory() })))
  return RootFileSystem.layer.pipe(Layer.provide(Root.layer("/box")), Layer.provide(host))
}

it("a file system below that dies with an errno does not show the host path", async () => {
  const thrown = Object.assign(new Error("EACCES: permission denied, watch '/box/d'"), { code: "EACCES" })
  const error = await failure(dies(thrown))
  expect(String(error)).toContain("PermissionDenied: FileSystem.watch (/d)")
  expect(String(error)).not.toContain("/box")
})

it("any other defect of a file system below stays one", async () => {
  await expect(failure(dies(new Error("a bug")))).rejects.toThrow("a bug")
})
