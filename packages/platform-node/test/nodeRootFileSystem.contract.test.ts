import { contract, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { edition } from "./edition.js"

const adapter = { adapter: true }

describe("NodeRootFileSystem", () => {
  contract(onDisk("by openat2", edition, (root) => edition.node(root, { strategy: "kernel" })), adapter)
  contract(onDisk("by the walk", edition, (root) => edition.node(root, { strategy: "walk" })), adapter)
  const elsewhere = { offMainThread: true } as const
  const open = (root: string) => edition.node(root, { strategy: "kernel", ...elsewhere })
  contract(onDisk("off the main thread", edition, open), adapter)
})
