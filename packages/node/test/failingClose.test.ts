/** Errors of file systems that fail only when a file is closed. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { judge, without } from "@procfsroot/testkit/judges"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { openRoot } from "../src/index.js"

const closing = judge(() =>
  process.versions["bun"] === undefined ? undefined : "Bun does not report the errors of close(2)"
)

describe.skipIf(without("fuse", closing))("a file that cannot be closed without losing its content", () => {
  it.each(
    [
      {},
      { native: "none" },
      { offMainThread: true }
    ] as const
  )("reports it: %o", async (options) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    const { directory, directorySync, promises } = root
    const error = { name: "Error", code: "EIO", errno: -5, syscall: "close", message: "EIO: i/o error, close" }
    const file = directorySync.openFile("/failClose", { flag: "r+" })
    expect(() => file.close()).toThrow(expect.objectContaining(error))
    expect(() => file.close()).not.toThrow()
    const handle = await promises.open("/failClose", "r+")
    await expect(handle.close()).rejects.toMatchObject(error)
    const descriptor = await directory.openDescriptor("/failClose", { flag: "r+" })
    await expect(descriptor.close()).rejects.toMatchObject(error)
    const stream = (await promises.open("/failClose", "r+")).createWriteStream()
    stream.end("new")
    expect(await once(stream, "error")).toEqual([expect.objectContaining(error)])
    await expect(promises.appendFile("/failClose", "new")).rejects.toMatchObject({ code: "EIO" })
  })
})
