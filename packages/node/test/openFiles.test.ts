/** Tests calls on open files: their sizes, where they are made, and that every file is closed. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { isCall } from "@procfsroot/vfs/Program"
import { closeSync, openSync, promises, readlinkSync, statfsSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { fileOperations } from "../src/internal/fileSystem/fileOperations.js"
import { storageOf } from "../src/internal/fileSystem/storage.js"
import { load } from "../src/internal/native/binding.js"
import { procfsCalls } from "../src/internal/procfs/systemCalls.js"
import { openRoot } from "../src/index.js"
import { codeOf } from "./asOverNode.js"
import { nativeCalls } from "./nativeCalls.js"

const isOpen = (fd: number): boolean => {
  try {
    readlinkSync(`/proc/self/fd/${fd}`)
    return true
  } catch {
    return false
  }
}

/** More than one call reads or writes. Nothing touches its memory, so it takes none. */
const huge = () => new Uint8Array(2 ** 31)

describe.each(["auto", "none"] as const)("data of 2 GiB, with native calls: %s", (native) => {
  it("is written in several calls", async () => {
    await using root = await openRoot("/dev", { native })
    await root.promises.writeFile("/null", huge())
    await using file = await root.promises.open("/null", "w")
    expect(await file.write(huge())).toMatchObject({ bytesWritten: 0x7fff_f000 })
  })

  it("is more than a call reads", async () => {
    using directory = temporary()
    await using root = await openRoot(directory.path, { native })
    await root.promises.writeFile("/f", "text")
    await using file = await root.promises.open("/f")
    expect(await file.read(huge(), 0)).toMatchObject({ bytesRead: 4 })
  })
})

describe("where a file is stored", () => {
  it("is looked at again if another file gets its descriptor and its device number", () => {
    // The second has the number of an unmounted device.
    const calls = { ...procfsCalls, fstat: (fd: number) => ({ ...procfsCalls.fstat(fd), dev: 7 }) }
    const { close } = fileOperations(calls)
    const stored = (path: string) => {
      const fd = openSync(path, "r")
      const storage = [storageOf(calls, fd), storageOf(calls, fd)]
      const closed = close(fd, true)
      if (isCall(closed)) closed.begin(() => {})
      return storage
    }
    const paths = ["/dev/shm", "/proc/self/status"]
    expect([...paths, ...paths].map(stored)).toEqual([
      ["memory", "memory"],
      ["remote", "remote"],
      ["memory", "memory"],
      ["remote", "remote"]
    ])
  })

  it.skipIf(without(nativeCalls))("is what native calls say as well", () => {
    const magic = load().openat2?.calls.magic
    for (const path of ["/", "/dev/shm", "/proc", "/sys"]) {
      const fd = openSync(path, "r")
      const found = magic?.(fd)
      closeSync(fd)
      expect(found).toBe(statfsSync(path).type)
      expect(magic?.(fd)).toBeUndefined()
    }
  })
})

it.skipIf(without("fuse"))("entries have types where the file system lists none", async () => {
  await using fuse = await startFuse()
  for (const native of ["auto", "none"] as const) {
    await using root = await openRoot(fuse.path, { native })
    const found = await root.promises.readdir("/", { withFileTypes: true })
    const node = await promises.readdir(fuse.path, { withFileTypes: true })
    const typed = (entries: typeof node) =>
      entries.map((entry) => `${entry.name} ${entry.isFile()} ${entry.isDirectory()}`).toSorted()
    expect(typed(found)).toEqual(typed(node))
    await using directory = await root.promises.opendir("/")
    expect((await directory.read())?.isFile()).toBe(found[0]?.isFile())
  }
})

it.skipIf(without("fuse"))("a file whose file system is gone is closed, whatever it was opened for", async () => {
  const fuse = await startFuse()
  await using root = await openRoot(fuse.path)
  const files = await Promise.all(["r", "r+"].map((flags) => root.promises.open("/file", flags)))
  const fds = files.map(({ fd }) => fd)
  await fuse[Symbol.asyncDispose]()
  await Promise.all(files.map((file) => codeOf(file.close())))
  expect(fds.map(isOpen)).toEqual([false, false])
})
