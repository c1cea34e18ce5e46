/** Tests the contract of a `FileSystem` on each one of this edition, compared with Node in a real chroot. */
import { contract, inMemory, onDisk } from "@procfsroot/testkit/contract"
import { overNode } from "@procfsroot/testkit/differences"
import { describe } from "vitest"
import { node, portable } from "./edition/edition.js"

const overNodes = { ...portable, differences: [...portable.differences, ...overNode] }

const adapter = { adapter: true }

describe("Effect 4", () => {
  contract(inMemory("MemoryFileSystem", portable), adapter)
  contract(onDisk("RootFileSystem over Node's", overNodes, portable.rootFileSystem), adapter)
  contract(onDisk("NodeRootFileSystem by openat2", node, (root) => node.node(root, { strategy: "kernel" })), adapter)
  const elsewhere = { strategy: "walk", offMainThread: true } as const
  contract(onDisk("NodeRootFileSystem off the main thread", node, (root) => node.node(root, elsewhere)), adapter)
})
