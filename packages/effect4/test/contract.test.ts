/** Tests the contract of a `FileSystem` on each one of this edition, compared with Node in a real chroot. */
import { contract, inMemory, onDisk } from "@procfsroot/testkit/contract"
import { overNode } from "@procfsroot/testkit/differences"
import { describe } from "vitest"
import { node, portable } from "./edition/edition.js"

const overNodes = { ...portable, differences: [...portable.differences, ...overNode] }

/** Together, the editions for Effect 3 and with promises run all cases. Their arguments are products of shorter lists, so this selects all of them. */
const EVERY = 7

describe("Effect 4", () => {
  contract(inMemory("MemoryFileSystem", portable), EVERY)
  contract(onDisk("RootFileSystem over Node's", overNodes, portable.rootFileSystem), EVERY)
  contract(onDisk("NodeRootFileSystem by openat2", node, (root) => node.node(root, { strategy: "kernel" })), EVERY)
  const elsewhere = { strategy: "walk", offMainThread: true } as const
  contract(onDisk("NodeRootFileSystem off the main thread", node, (root) => node.node(root, elsewhere)), EVERY)
})
