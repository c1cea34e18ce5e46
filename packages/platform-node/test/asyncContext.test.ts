/** Fibers go on in the asynchronous context of their caller after an operation, as with Node's own file system. */
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import { Root } from "@procfsroot/platform/Root"
import { FileSystem } from "@effect/platform/FileSystem"
import { busy } from "@procfsroot/testkit/busy"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import { AsyncLocalStorage } from "node:async_hooks"
import { mkdirSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"

const storage = new AsyncLocalStorage<number>()
const callers = [0, 1, 2, 3]

const inContexts = async <A, E>(
  path: string,
  options: NodeRootFileSystem.Options,
  work: (caller: number) => Effect.Effect<A, E, FileSystem | Root>
) => {
  const all = Effect.forEach(
    callers,
    (caller) =>
      Effect.flatMap(
        Effect.runtime<FileSystem | Root>(),
        (runtime) =>
          Effect.promise(() =>
            storage.run(caller, () =>
              Effect.runPromise(Effect.provide(
                Effect.map(work(caller), () => storage.getStore()),
                runtime
              )))
          )
      ),
    { concurrency: "unbounded" }
  )
  return await Effect.runPromise(Effect.provide(all, NodeRootFileSystem.layer(path, options)))
}

it("after an operation on a tree", async () => {
  using place = temporary()
  for (const name of ["a", "b", "c"]) {
    mkdirSync(`${place.path}/from/${name}`, { recursive: true })
    writeFileSync(`${place.path}/from/${name}/f`, "content")
  }
  const copy = (caller: number) =>
    Effect.flatMap(FileSystem, (fs) => Effect.zipRight(Effect.sync(() => busy(5)), fs.copy("/from", `/to${caller}`)))
  expect(await inContexts(place.path, {}, copy)).toEqual(callers)
})

it("after paths were resolved in another thread", async () => {
  using place = temporary()
  const resolve = () => Effect.flatMap(Root, (root) => root.resolveAll(["/a", "/b"]))
  expect(await inContexts(place.path, { offMainThread: true }, resolve)).toEqual(callers)
})
