/** A misspelt option is a defect that names its values, and never counts as the default. Options are kept. */
import { FileSystem } from "@effect/platform/FileSystem"
import * as Root from "@procfsroot/platform/Root"
import { keptOptions, misspelt } from "@procfsroot/testkit/misspelt"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { NodeRoot, NodeRootFileSystem, TarFileSystem } from "../src/index.js"

const layers = { NodeRoot: NodeRoot.layer, NodeRootFileSystem: NodeRootFileSystem.layer }

misspelt(async (layer, directory, options) => {
  const exit = await Effect.runPromiseExit(Effect.scoped(Layer.build(layers[layer](directory, options))))
  return exit._tag === "Success" ? undefined : Cause.squash(exit.cause)
})

keptOptions({
  write: (directory, options) => {
    const layer = NodeRootFileSystem.layer(directory, options)
    const write = Effect.flatMap(FileSystem, (fs) => fs.writeFileString("/f", ""))
    return () => Effect.runPromise(Effect.provide(write, layer))
  },
  strategy: (directory, options) => {
    const layer = NodeRoot.layer(directory, options)
    const strategy = Effect.map(Root.Root, ({ strategy }) => strategy.name)
    return () => Effect.runPromise(Effect.provide(strategy, layer))
  },
  open: (archive, options) => {
    const layer = TarFileSystem.layer(archive, options)
    return () => Effect.runPromise(Effect.scoped(Layer.build(layer)))
  }
})
