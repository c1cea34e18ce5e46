import { describe } from "@effect/vitest"
import { onDisk } from "@procfsroot/testkit/contract/disk"
import { contract } from "@procfsroot/testkit/contract"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import { load } from "./binding.js"

describe("NodeRootFileSystem", () => {
  contract(onDisk("by openat2", (root) => layerWith(root, {}, load())))
  contract(onDisk("by the walk", (root) => layerWith(root, {}, undefined)))
})
