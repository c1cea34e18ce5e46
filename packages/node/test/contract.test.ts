/** The contract of a `FileSystem`, asked of the promises; the judge is Node in a real chroot. */
import { contract, inMemory, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { disk, memory } from "./edition/edition.js"

describe("promises", () => {
  contract(inMemory("in memory", memory))
  contract(onDisk("by openat2", disk, (root) => disk.node(root, { strategy: "kernel" })))
  contract(onDisk("by the walk", disk, (root) => disk.node(root, { strategy: "walk" })))
})
