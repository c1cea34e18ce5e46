/** A caller that must not be interrupted can open a root. */
import { NodeRoot, NodeRootFileSystem, TarFileSystem } from "@procfsroot/effect4/node"
import { archive } from "@procfsroot/testkit/archive"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"

const layers: ReadonlyArray<readonly [string, (path: string, tar: string) => Layer.Layer<never, unknown>]> = [
  ["NodeRoot", (path) => NodeRoot.layer(path, { offMainThread: true })],
  ["NodeRootFileSystem", (path) => NodeRootFileSystem.layer(path, { offMainThread: true })],
  ["TarFileSystem", (_, tar) => TarFileSystem.layer(tar)]
]

describe("a caller that is uninterruptible is not interrupted while it opens", () => {
  it.each(layers)("%s", async (_, layerOf) => {
    using directory = temporary()
    using other = temporary()
    const tar = archive(directory.path, `${other.path}/tar`, "ustar")
    let isOpen = false
    const opening = Effect.map(Layer.build(layerOf(directory.path, tar)), () => isOpen = true)
    const interrupted = Effect.andThen(Effect.withFiber((fiber) => Effect.sync(() => fiber.interruptUnsafe())), opening)
    await Effect.runPromiseExit(Effect.uninterruptible(Effect.scoped(interrupted)))
    expect(isOpen).toBe(true)
  })
})
