/** The service that opens roots of processes, with options for all of them. */
import { Root, Wormhole } from "@procfsroot/effect4"
import { Wormhole as NodeWormhole } from "@procfsroot/effect4/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, it } from "vitest"

it.each([["layer", Wormhole.layer], ["fileSystem", Wormhole.fileSystem]] as const)(
  "has the options that it was given, also if they are changed later: %s",
  async (_, layer) => {
    const options: { strategy: "kernel" | "walk" } = { strategy: "walk" }
    const wormhole = NodeWormhole.liveWith(options)
    options.strategy = "kernel"
    const own = Layer.provide(layer({ pid: process.pid }), wormhole)
    const strategy = Root.Root.use(({ strategy }) => Effect.succeed(strategy.name))
    expect(await Effect.runPromise(Effect.provide(strategy, own))).toBe("walk")
  }
)
