/** A misspelt option is a defect that names its values, and never counts as the default. Options are kept. */
import { Root } from "@procfsroot/effect4"
import { archive } from "@procfsroot/testkit/archive"
import { keptOptions, misspelt } from "@procfsroot/testkit/misspelt"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { mkdirSync } from "node:fs"
import { expect, it } from "vitest"
import * as NodeRoot from "../src/node/NodeRoot.js"
import * as NodeRootFileSystem from "../src/node/NodeRootFileSystem.js"
import * as TarFileSystem from "../src/node/TarFileSystem.js"

const layers = { NodeRoot: NodeRoot.layer, NodeRootFileSystem: NodeRootFileSystem.layer }

misspelt(async (layer, directory, options) => {
  const exit = await Effect.runPromiseExit(Effect.scoped(Layer.build(layers[layer](directory, options))))
  return exit._tag === "Success" ? undefined : Cause.squash(exit.cause)
})

keptOptions((directory, options) => {
  const layer = NodeRootFileSystem.layer(directory, options)
  const write = Effect.flatMap(FileSystem, (fs) => fs.writeFileString("/f", ""))
  return () => Effect.runPromise(Effect.provide(write, layer))
})

it("NodeRoot keeps the options that it was given", async () => {
  const options: NodeRoot.Options & { strategy: "kernel" | "walk" } = { strategy: "walk" }
  const layer = NodeRoot.layer("/", options)
  options.strategy = "kernel"
  const strategy = Root.Root.use(({ strategy }) => Effect.succeed(strategy.name))
  expect(await Effect.runPromise(Effect.provide(strategy, layer))).toBe("walk")
})

it("TarFileSystem keeps the options that it was given", async () => {
  using directory = temporary()
  mkdirSync(`${directory.path}/base/d`, { recursive: true })
  const path = archive(`${directory.path}/base`, `${directory.path}/tar`, "pax")
  const options: { maxInodes: number } = { maxInodes: 1 }
  const layer = TarFileSystem.layer(path, options)
  options.maxInodes = 10
  await expect(Effect.runPromise(Effect.scoped(Layer.build(layer)))).rejects.toThrow(/more than 1 /)
})
