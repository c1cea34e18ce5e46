/** Replaces files in directories whose fsync fails. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"

describe.skipIf(without("fuse"))("an atomic write where directories", () => {
  it.each([{}, { native: "none" }, { offMainThread: true }] as const)("cannot be synced: %o", async (options) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    await root.directory.writeFileAtomic("/noSync/file", new Uint8Array(5))
    await root.directory.writeFileAtomic("/noSync/file", [new Uint8Array(5), new Uint8Array(5)])
    expect(await root.promises.readdir("/noSync")).toEqual(["file"])
  })

  it.each([{}, { offMainThread: true }])("cannot be stored: %o", async (options) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    const failed = { code: "EIO", syscall: "fsync" }
    await expect(root.directory.writeFileAtomic("/failSync/file", new Uint8Array(5))).rejects.toMatchObject(failed)
  })
})
