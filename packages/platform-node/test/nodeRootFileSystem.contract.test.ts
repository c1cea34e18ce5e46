import { contract, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { edition } from "./edition.js"

/** The tests of `node` run all cases by these. Their arguments are products of shorter lists, so this selects all. */
const EVERY = 7

describe("NodeRootFileSystem", () => {
  contract(onDisk("by openat2", edition, (root) => edition.node(root, { strategy: "kernel" })), EVERY)
  contract(onDisk("by the walk", edition, (root) => edition.node(root, { strategy: "walk" })), EVERY)
  const elsewhere = { offMainThread: true } as const
  contract(onDisk("off the main thread", edition, (root) => edition.node(root, { strategy: "kernel", ...elsewhere })))
})
