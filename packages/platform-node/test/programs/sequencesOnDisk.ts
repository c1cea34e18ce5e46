/** Performs sequences by one of the file systems on a disk: `node sequencesOnDisk.mjs openat2|walk|portable`. */
import { Root, RootFileSystem } from "@procfsroot/platform"
import { layer as nodeFileSystem } from "@procfsroot/testkit/nodeFileSystem"
import { serve } from "@procfsroot/testkit/sequences/serve"
import * as Layer from "effect/Layer"
import { layerWith } from "../../src/internal/nodeRootFileSystem.js"
import { load } from "../binding.js"

const [how] = process.argv.slice(2)

const portable = (root: string) =>
  RootFileSystem.layer.pipe(Layer.provide(Root.layer(root)), Layer.provide(nodeFileSystem))

serve({
  layer: ({ root }) => how === "portable" ? portable(root) : layerWith(root, {}, how === "walk" ? undefined : load())
})
