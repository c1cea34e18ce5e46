/** A misspelt option is a defect that names its values, and never counts as the default. Options are kept. */
import { FileSystem } from "@effect/platform/FileSystem"
import { keptOptions, misspelt } from "@procfsroot/testkit/misspelt"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { NodeRoot, NodeRootFileSystem } from "../src/index.js"

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
