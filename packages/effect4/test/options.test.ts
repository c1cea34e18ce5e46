/** A misspelt option is a defect that names its values, and never counts as the default. Options are kept. */
import { keptOptions, misspelt } from "@procfsroot/testkit/misspelt"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as NodeRoot from "../src/node/NodeRoot.js"
import * as NodeRootFileSystem from "../src/node/NodeRootFileSystem.js"

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
