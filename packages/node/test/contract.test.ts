/**
 * Checks the contract of a `FileSystem` for the promises on a disk. The results must be those of Node in a real chroot.
 */
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { disk } from "./edition/edition.js"

/** Other threads run the same operations. */
const adapter = { adapter: true }

describe("promises", () => {
  const [kernel, walk] = [{ strategy: "kernel" }, { strategy: "walk" }] as const
  const elsewhere = { offMainThread: true }
  contract(onDisk("by openat2", disk, (root) => disk.node(root, kernel)))
  contract(onDisk("by the walk", disk, (root) => disk.node(root, walk)))
  contract(
    onDisk("by openat2, off the main thread", disk, (root) => disk.node(root, { ...kernel, ...elsewhere })),
    adapter
  )
  contract(
    onDisk("by the walk, off the main thread", disk, (root) => disk.node(root, { ...walk, ...elsewhere })),
    adapter
  )
})
