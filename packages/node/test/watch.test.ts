/** Watches with promises: what they watch, and how they end. */
import { directory, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { getEventListeners } from "node:events"
import * as Fs from "node:fs"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { box } from "./box.js"

describe("a watch", () => {
  it("reports changes, and ends with its signal or by return", async () => {
    using directory = box()
    await using root = await openRoot(directory.path)
    // The inotify descriptor stays open after the first watch of this process.
    const opening = root.promises.watch("/")[Symbol.asyncIterator]()
    const made = opening.next()
    root.sync.mkdirSync("/made")
    await made
    await opening.return?.()
    const before = await atRest()
    const later = new AbortController()
    const watch = root.promises.watch("/", { recursive: true, signal: later.signal })[Symbol.asyncIterator]()
    const first = watch.next()
    await root.promises.writeFile("/d/new", "x")
    expect(await first).toEqual({ done: false, value: { eventType: "rename", filename: "d/new" } })
    const reason = new Error("enough")
    later.abort(reason)
    const rest = await Promise.allSettled([watch.next(), watch.next(), watch.next()])
    expect(rest).toContainEqual({ status: "rejected", reason })
    setTimeout(() => Fs.writeFileSync(`${directory.path}/d/newer`, ""), 20)
    for await (const { filename } of root.promises.watch("/d", "buffer")) {
      expect(Buffer.isBuffer(filename)).toBe(true)
      break
    }
    expect(await settled(before)).toBe(before)
  }, 10_000)
})

const ending = fileURLToPath(new URL("programs/watchEnds.mjs", import.meta.url))

it("a process ends after its watches have ended", () => {
  using directory = temporary()
  const { signal, status } = spawnSync(process.execPath, [ending, directory.path], {
    stdio: "inherit",
    timeout: 20_000
  })
  expect([signal, status]).toEqual([null, 0])
}, 30_000)

it("a watch refuses the option ignore, which it would otherwise not obey", async () => {
  const options = { recursive: false, ignore: "*.log" } // newer types of Node know it
  const change = openMemoryRoot({}).promises.watch("/", options)[Symbol.asyncIterator]().next()
  await expect(change).rejects.toThrow("The option 'ignore' is not supported")
})

describe("the signal of a watch", () => {
  // Node's own watches also do this, from 22.23, 24.21 and 26.10 on. Earlier ones drop these changes.
  it("does not drop the changes before it", async () => {
    const { promises, sync } = openMemoryRoot({ "/d": directory() })
    const over = new AbortController()
    const changes = promises.watch("/d", { signal: over.signal })[Symbol.asyncIterator]()
    const first = changes.next()
    for (const name of ["a", "b", "c"]) sync.mkdirSync(`/d/${name}`)
    over.abort("enough")
    sync.mkdirSync("/d/late")
    const seen = [first, changes.next(), changes.next()].map(async (next) => (await next).value?.filename)
    expect(await Promise.all(seen)).toEqual(["a", "b", "c"])
    await expect(changes.next()).rejects.toBe("enough")
    expect(await changes.next()).toEqual({ done: true, value: undefined })
  })

  it("has no listener after the watch has ended", async () => {
    const { promises, sync } = openMemoryRoot({ "/f": "" })
    const { signal } = new AbortController()
    const changes = promises.watch("/f", { signal })[Symbol.asyncIterator]()
    const change = changes.next()
    sync.chmodSync("/f", 0o600)
    await change
    expect(getEventListeners(signal, "abort")).toHaveLength(1)
    await changes.return?.()
    expect(getEventListeners(signal, "abort")).toEqual([])
  })
})

describe("a watched file", () => {
  it("can be one that cannot be opened", async () => {
    using directory = temporary()
    const path = `${directory.path}/socket`
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    await using root = await openRoot(directory.path)
    const changes = root.promises.watch("/socket")[Symbol.asyncIterator]()
    const change = changes.next()
    Fs.chmodSync(path, 0o600)
    expect((await change).value).toEqual({ eventType: "change", filename: "socket" })
    await changes.return?.()
    await new Promise((resolve) => server.close(resolve))
  })

  it("ends the watch with an error of Node's if its path cannot be looked up", async () => {
    const root = openMemoryRoot({ "/f": "" })
    const change = root.promises.watch("/f")[Symbol.asyncIterator]().next()
    root.inject([{ step: "lookup", path: "/f", code: "EIO" }])
    root.sync.renameSync("/f", "/g")
    await expect(change).rejects.toThrow("EIO: i/o error, watch '/f'")
    await expect(change).rejects.toMatchObject({ code: "EIO", syscall: "watch", path: "/f" })
  })
})
