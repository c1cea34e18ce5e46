/** Calls that wait for others still end after their root is closed. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import type { Promises } from "@procfsroot/node/Promises"
import type { RootDirectory } from "@procfsroot/node/RootDirectory"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import * as Fs from "node:fs"
import { setImmediate, setTimeout } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { make } from "../src/internal/thread/remote.js"
import { open } from "../src/internal/root.js"
import { file, using as over } from "./archive.js"

type Call = (fs: Promises, directory: RootDirectory, i: number) => Promise<unknown>

const calls: Readonly<Record<string, Call>> = {
  readdir: (fs) => fs.readdir("/d", { recursive: true }),
  cp: (fs, _, i) => fs.cp("/link", `/copy${i}`, { recursive: true }),
  copyFile: (fs, _, i) => fs.copyFile("/link/f", `/copy${i}`),
  writeFileAtomic: (_, directory) => directory.writeFileAtomic("/link/f", "new")
}

/** More than can run at once. */
const MANY = 200

describe.each(["kernel", "walk"] as const)("after a root is closed: %s", (strategy) => {
  it.each(Object.entries(calls))("%s", async (_, call) => {
    using directory = temporary()
    Fs.mkdirSync(`${directory.path}/d`)
    Fs.writeFileSync(`${directory.path}/d/f`, "content")
    Fs.symlinkSync("d", `${directory.path}/link`)
    const before = await atRest()
    const root = await openRoot(directory.path, { strategy })
    const running = Array.from({ length: MANY }, (_, i) => call(root.promises, root.directory, i))
    await root.close()
    await expect(call(root.promises, root.directory, MANY)).rejects.toMatchObject({ code: "EBADF" })
    expect((await Promise.allSettled(running)).filter(({ status }) => status === "rejected")).toEqual([])
    expect(await settled(before)).toBe(before)
  })
})

it.each(["kernel", "walk"] as const)("a root in a root that another thread opens: %s", async (strategy) => {
  using directory = temporary()
  Fs.mkdirSync(`${directory.path}/d`)
  Fs.writeFileSync(`${directory.path}/d/f`, "content")
  const root = await openRoot(directory.path, { strategy, offMainThread: true })
  const opening = root.subRoot("/d")
  await root.close()
  await expect(root.subRoot("/d")).rejects.toMatchObject({ code: "EBADF" })
  await using inner = await opening
  expect(await inner.promises.readFile("/f", "utf8")).toBe("content")
  expect(inner.path).toBe(`${directory.path}/d`)
})

it("a root is closed although nobody asks an aborted watch for more", async () => {
  using directory = temporary()
  // Node never closes the descriptor of inotify.
  Fs.watch(directory.path).close()
  const before = await atRest()
  const root = await openRoot(directory.path)
  const ending = new AbortController()
  const changes = root.promises.watch("/", { signal: ending.signal })[Symbol.asyncIterator]()
  const change = changes.next()
  await setImmediate()
  Fs.writeFileSync(`${directory.path}/f`, "")
  expect(await change).toMatchObject({ done: false })
  ending.abort()
  await root.close()
  expect(await settled(before)).toBe(before)
  await expect(changes.next()).rejects.toMatchObject({ name: "AbortError" })
})

it("a root is closed although another thread could not open a file in it", async () => {
  using directory = temporary()
  const before = await atRest()
  const root = await openRoot(directory.path, { offMainThread: true })
  await expect(root.promises.open("/none")).rejects.toMatchObject({ code: "ENOENT" })
  await root.close()
  expect(await settled(before)).toBe(before)
})

it("a root and its files are closed although opening them in another thread was given up", async () => {
  using directory = temporary()
  Fs.writeFileSync(`${directory.path}/f`, "")
  const before = await atRest()
  const handle = open(directory.path)
  const fs = make(handle)
  const ends: Array<string> = []
  // The first thread has not started by then, and later ones may have opened the file.
  for (let i = 0; i < MANY; i++) {
    const later = new AbortController()
    const opening = Program.runPromise(Program.sync(() => fs.open("/f", "r", 0)), later.signal)
    for (let turns = i % 4; turns >= 0; turns--) await setImmediate()
    later.abort()
    ends.push(
      await opening.then(async (file) => {
        await Program.runPromise(file.close())
        return "opened"
      }, (error: Error) => error.name)
    )
  }
  handle.close()
  expect(ends).toContain("AbortError")
  expect(await settled(before)).toBe(before)
})

it("what an operation has opened is closed although it was given up in another thread", async () => {
  using directory = temporary()
  for (let i = 0; i < MANY; i++) Fs.mkdirSync(`${directory.path}/${i}/a/b/c`, { recursive: true })
  const before = await atRest()
  const root = await openRoot(directory.path, { offMainThread: true })
  const ends: Array<string> = []
  for (let i = 0; i < 40; i++) {
    const later = new AbortController()
    const listing = root.promises.readdir("/", { recursive: true, signal: later.signal })
    await setTimeout(i)
    later.abort()
    ends.push(await listing.then(() => "listed", (error: Error) => error.name))
  }
  await root.close()
  expect(ends).toContain("AbortError")
  expect(await settled(before)).toBe(before)
})

it("after an archive is closed", () =>
  over([file("d/e/f", "content")], async (archive) => {
    const list = () => Program.runPromise(archive.fileSystem.readDirectory("/", true))
    const running = Array.from({ length: MANY }, list)
    archive.close()
    await expect(list()).rejects.toMatchObject({ code: "EBADF" })
    expect(new Set((await Promise.all(running)).map(String))).toEqual(new Set(["d,d/e,d/e/f"]))
  }))
