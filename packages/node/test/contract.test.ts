/**
 * Checks the contract of a `FileSystem` for the promises on a disk. The results must be those of Node in a real chroot.
 */
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { disk } from "./edition/edition.js"

describe("promises", () => {
  contract(onDisk("by openat2", disk, (root) => disk.node(root, { strategy: "kernel" })))
  contract(onDisk("by the walk", disk, (root) => disk.node(root, { strategy: "walk" })))
  const elsewhere = { strategy: "kernel", offMainThread: true } as const
  contract(onDisk("off the main thread", disk, (root) => disk.node(root, elsewhere)), { adapter: true })
})
