/** The contract of a `FileSystem`, asked of the promises on a disk; the judge is Node in a real chroot. */
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { disk } from "./edition/edition.js"

describe("promises", () => {
  contract(onDisk("by openat2", disk, (root) => disk.node(root, { strategy: "kernel" })))
  contract(onDisk("by the walk", disk, (root) => disk.node(root, { strategy: "walk" })))
})
