/** The contract of a `FileSystem`, asked of each of this edition; the judge is Node in a real chroot. */
import { contract, inMemory, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { node, portable } from "./edition/edition.js"

describe("Effect 4", () => {
  contract(inMemory("MemoryFileSystem", portable))
  contract(onDisk("RootFileSystem over Node's", portable, portable.rootFileSystem))
  contract(onDisk("NodeRootFileSystem by openat2", node, (root) => node.node(root, { strategy: "kernel" })))
})
