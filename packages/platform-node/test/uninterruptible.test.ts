/** A caller that must not be interrupted can open a root. */
import { describe, expect, it } from "@effect/vitest"
import { archive } from "@procfsroot/testkit/archive"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import { NodeRoot, NodeRootFileSystem, TarFileSystem } from "../src/index.js"

const layers: ReadonlyArray<{
  readonly name: string
  readonly layerOf: (path: string, tar: string) => Layer.Layer<never, unknown>
}> = [
  { name: "NodeRoot", layerOf: (path) => NodeRoot.layer(path, { offMainThread: true }) },
  { name: "NodeRootFileSystem", layerOf: (path) => NodeRootFileSystem.layer(path, { offMainThread: true }) },
  { name: "TarFileSystem", layerOf: (_, tar) => TarFileSystem.layer(tar) }
]

describe("a caller that is uninterruptible is not interrupted while it opens", () => {
  it.live.each(layers)("$name", ({ layerOf }) =>
    Effect.gen(function*() {
      using directory = temporary()
      using other = temporary()
      const tar = archive(directory.path, `${other.path}/tar`, "ustar")
      let isOpen = false
      const opening = Effect.map(Layer.build(layerOf(directory.path, tar)), () => isOpen = true)
      const interrupt = Effect.withFiberRuntime((fiber) => Effect.sync(() => fiber.unsafeInterruptAsFork(FiberId.none)))
      yield* Fiber.await(
        yield* Effect.fork(Effect.uninterruptible(Effect.zipRight(interrupt, Effect.scoped(opening))))
      )
      expect(isOpen).toBe(true)
    }))
})
