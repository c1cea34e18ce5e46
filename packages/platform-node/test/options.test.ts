/** A misspelt option is a defect that names its values, and never counts as the default. */
import { FileSystem } from "@effect/platform/FileSystem"
import { misspelt } from "@procfsroot/testkit/misspelt"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, it } from "vitest"
import { NodeRoot, NodeRootFileSystem } from "../src/index.js"

const layers = { NodeRoot: NodeRoot.layer, NodeRootFileSystem: NodeRootFileSystem.layer }

misspelt(async (layer, directory, options) => {
  const exit = await Effect.runPromiseExit(Effect.scoped(Layer.build(layers[layer](directory, options))))
  return exit._tag === "Success" ? undefined : Cause.squash(exit.cause)
})

it("an option has no effect if the caller changes it after the layer was made", async () => {
  using directory = temporary()
  const options = { readOnly: true }
  const layer = NodeRootFileSystem.layer(directory.path, options)
  options.readOnly = false
  const write = Effect.flatMap(FileSystem, (fs) => fs.writeFileString("/f", ""))
  await expect(Effect.runPromise(Effect.provide(write, layer))).rejects.toThrow("EROFS")
})
