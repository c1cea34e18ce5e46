/** A misspelt option is a defect that names its values, and never counts as the default. */
import { misspelt } from "@procfsroot/testkit/misspelt"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { NodeRoot, NodeRootFileSystem } from "../src/index.js"

const layers = { NodeRoot: NodeRoot.layer, NodeRootFileSystem: NodeRootFileSystem.layer }

misspelt(async (layer, directory, options) => {
  const exit = await Effect.runPromiseExit(Effect.scoped(Layer.build(layers[layer](directory, options))))
  return exit._tag === "Success" ? undefined : Cause.squash(exit.cause)
})
