/** Directories that are read in parts, because their size does not limit how many names they have. */
import * as FileSystem from "@procfsroot/node/FileSystem"
import { bindFor } from "@procfsroot/node/Native"
import { openRoot } from "@procfsroot/node/OpenRoot"
import * as Root from "@procfsroot/node/Root"
import { atRest, descriptors, settled } from "@procfsroot/testkit/descriptors"
import { without } from "@procfsroot/testkit/judges"
import { mountedTemporary, mountOverlay } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const MANY = 4_000

/** The directory itself is larger than 64 KiB, if its size grows with its names on this file system. */
const many = () => {
  const place = temporary()
  for (let i = 0; i < MANY; i++) Fs.writeFileSync(`${place.path}/${String(i).padStart(60, "x")}`, "")
  return place
}

const walk = async (path: string, maxRemembered: number): Promise<ReadonlyArray<string>> => {
  await using root = await openRoot(path, { readOnly: true })
  const names: Array<string> = []
  const options = { maxRemembered, enter: () => false }
  for await (const { name } of root.directory.walkTree("/", options)) names.push(name)
  return names
}

describe("a walk with a limit", () => {
  it.for(["/proc/sys/kernel", "/sys/kernel", "/dev", "/etc"])("returns all names of %s", async (path) => {
    expect(await walk(path, MANY)).toEqual(Fs.readdirSync(path).toSorted())
  })

  it("returns all names of a large directory, or fails", async () => {
    using place = many()
    const before = await atRest()
    expect(await walk(place.path, MANY)).toEqual(Fs.readdirSync(place.path).toSorted())
    for (const limit of [0, 1_023, 1_024, 1_025, MANY - 1]) {
      await expect(walk(place.path, limit)).rejects.toMatchObject({ code: "EOVERFLOW" })
    }
    expect(await settled(before)).toBe(before)
  })

  it.skipIf(without(nativeCalls))("can be interrupted while it reads a large directory", async () => {
    using place = many()
    const before = await atRest()
    {
      await using root = await openRoot(place.path, { readOnly: true })
      const open = descriptors()
      const interrupt = new AbortController()
      const options = { maxRemembered: MANY, signal: interrupt.signal }
      const first = root.directory.walkTree("/", options)[Symbol.asyncIterator]().next()
      expect(descriptors()).toBeGreaterThan(open)
      interrupt.abort()
      await expect(first).rejects.toThrow("aborted")
    }
    expect(await settled(before)).toBe(before)
  })
})

/** The same program, which adds the calls that it waits for to `calls`. */
function* waiting<A>(program: Program.Program<A>, calls: Array<Program.Wait>): Program.Program<A> {
  for (;;) {
    const step = program.next()
    if (step.done === true) return step.value
    if (step.value._tag === "Call") calls.push(step.value)
    yield step.value
  }
}

describe.skipIf(without("mountHere")).each(["auto", "none"] as const)("with the native calls %s", (native) => {
  it("a large directory of an overlay, which tells no size, does not block the event loop", async () => {
    using place = mountedTemporary()
    for (const name of ["lower/d", "upper", "work", "root"]) Fs.mkdirSync(`${place.path}/${name}`, { recursive: true })
    for (let i = 0; i < MANY; i++) Fs.writeFileSync(`${place.path}/lower/d/${String(i).padStart(60, "x")}`, "")
    const layers = ["lowerdir=lower", "upperdir=upper", "workdir=work"].map((layer) =>
      layer.replace("=", `=${place.path}/`)
    )
    mountOverlay(`${place.path}/root`, layers.join())
    // A change of the directory moves it to the upper layer, whose size is reported.
    Fs.writeFileSync(`${place.path}/root/d/y`, "")
    const handle = Root.open(`${place.path}/root`, { bind: bindFor({ native }) })
    try {
      const fileSystem = FileSystem.make(handle)
      expect(fileSystem.stat("/d").size).toBeLessThan(65_536)
      const { readDirectory, readDirectoryEntries } = fileSystem
      const listings: ReadonlyArray<Program.Program<ReadonlyArray<unknown>>> = [
        readDirectory("/d", false),
        readDirectoryEntries("/d", false)
      ]
      for (const listing of listings) {
        const calls: Array<Program.Wait> = []
        expect(await Program.runPromise(waiting(listing, calls))).toHaveLength(MANY + 1)
        expect(calls).not.toEqual([])
      }
    } finally {
      handle.close()
    }
  })
})
