/** The synchronous functions for contents, lists and trees, also while other operations wait. */
import { MemoryRoot, openMemoryRoot, OpenRoot, openRoot, openTarRoot } from "@procfsroot/node"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { thrown } from "./rejection.js"

/** More than can run at once, so that others would have to wait. */
const MANY = 40

const LARGE = Buffer.alloc(3_000_000, "large")

const fill = (path: string): void => {
  Fs.mkdirSync(`${path}/d/e`, { recursive: true })
  Fs.writeFileSync(`${path}/d/f`, "content")
  Fs.writeFileSync(`${path}/large`, LARGE)
  Fs.symlinkSync("/d", `${path}/l`)
}

describe.each([{}, { strategy: "walk" }, { offMainThread: true }] as const)("in a root on a disk: %o", (options) => {
  it("does not wait for operations that run already", async () => {
    using place = temporary()
    fill(place.path)
    await using root = await openRoot(place.path, options)
    const { promises, sync } = root
    const copies = Array.from({ length: MANY }, (_, i) => promises.cp("/d", `/copy${i}`, { recursive: true }))
    sync.cpSync("/l/f", "/own")
    expect(sync.readFileSync("/own", "utf8")).toBe("content")
    sync.rmSync("/d/e", { recursive: true })
    expect(sync.readdirSync("/l")).toEqual(["f"])
    await Promise.allSettled(copies)
  })

  it("reads and copies large files, which promises do on the thread pool", async () => {
    using place = temporary()
    fill(place.path)
    await using root = await openRoot(place.path, options)
    root.sync.copyFileSync("/large", "/copy")
    expect(root.sync.readFileSync("/copy").equals(LARGE)).toBe(true)
    root.sync.writeFileSync("/copy", LARGE.subarray(1), { flush: true })
    expect(Fs.readFileSync(`${place.path}/copy`).equals(LARGE.subarray(1))).toBe(true)
  })
})

it("without an error for a missing file, reports all other failures as Node does", async () => {
  using place = temporary()
  fill(place.path)
  Fs.symlinkSync("/loop", `${place.path}/loop`)
  await using root = await openRoot(place.path)
  const quiet = { throwIfNoEntry: false } as const
  for (const fs of [root.sync, openMemoryRoot({ "/d/f": "", "/loop": MemoryRoot.link("/loop") }).sync]) {
    expect([fs.statSync("/d/f", quiet)?.isFile(), fs.lstatSync("/d/f", { ...quiet, bigint: true })?.isFile()])
      .toEqual([true, true])
    expect([fs.statSync("/none/f", quiet), fs.lstatSync("/d/f/g", quiet)]).toEqual([undefined, undefined])
    const loop = thrown(() => fs.statSync("/loop/f", quiet))
    expect(loop).toMatchObject({
      code: "ELOOP",
      path: "/loop/f",
      message: "ELOOP: too many symbolic links encountered, stat '/loop/f'"
    })
    expect(OpenRoot.resolveFailure(loop)?._tag).toBe("SymlinkLoop")
    expect(loop.stack).toContain("sync.test.ts")
  }
})

it("reads archives, and changes nothing in them", async () => {
  using place = temporary()
  fill(place.path)
  const archive = `${place.path}.tar`
  execFileSync("tar", ["-C", place.path, "-cf", archive, "."])
  await using root = await openTarRoot(archive)
  Fs.rmSync(archive)
  const { sync } = root
  expect(sync.readFileSync("/large").equals(LARGE)).toBe(true)
  expect(sync.readdirSync("/", { recursive: true }).toSorted()).toEqual(["d", "d/e", "d/f", "l", "large"])
  expect(thrown(() => sync.rmSync("/d", { recursive: true }))).toMatchObject({ code: "EROFS", path: "/d" })
})

it("writes nothing as Node does, also with flags as a number", async () => {
  using place = temporary()
  fill(place.path)
  await using root = await openRoot(place.path)
  const { O_CREAT, O_NOFOLLOW, O_WRONLY } = Fs.constants
  const flag = (O_WRONLY | O_CREAT | O_NOFOLLOW) as unknown as string // Node takes numbers too, but its types do not
  for (const { sync } of [root, openMemoryRoot({ "/d/f": "content" })]) {
    sync.writeFileSync("/d/empty", "", { flag })
    sync.appendFileSync("/d/f", "", { flag })
    expect([sync.readFileSync("/d/empty", "utf8"), sync.readFileSync("/d/f", "utf8")]).toEqual(["", "content"])
  }
})

describe("in memory", () => {
  it("does not wait for operations that run already", async () => {
    const root = openMemoryRoot({ "/d/f": "content", "/l": MemoryRoot.link("/d") }, {
      faults: [{ step: "readdir", path: "/d", delay: 20 }]
    })
    const copies = Array.from({ length: MANY }, (_, i) => root.promises.cp("/d", `/copy${i}`, { recursive: true }))
    root.sync.cpSync("/l/f", "/own")
    expect(root.sync.readFileSync("/own", "utf8")).toBe("content")
    await Promise.all(copies)
  })

  it("fails as faults say, and is recorded under the names of the functions with promises", () => {
    const root = openMemoryRoot({ "/d/f": "content", "/fifo": MemoryRoot.fifo() }, {
      faults: [
        { method: "readFile", path: "/d/f", code: "EIO", nth: 1 },
        { method: "rm", path: "/d", hang: true }
      ]
    })
    expect(thrown(() => root.sync.readFileSync("/d/f"))).toMatchObject({ code: "EIO", path: "/d/f" })
    expect(root.sync.readFileSync("/d/f", "utf8")).toBe("content")
    expect(thrown(() => root.sync.rmSync("/d", { recursive: true }))).toMatchObject({
      message: "a fault or a fifo makes rm hang, but a synchronous function cannot wait"
    })
    expect(thrown(() => root.sync.readFileSync("/fifo"))).toMatchObject({
      message: "a fault or a fifo makes readFile hang, but a synchronous function cannot wait"
    })
    root.expectOperations([
      { method: "readFile", code: "EIO" },
      { method: "readFile", outcome: "ok" },
      { method: "rm", outcome: "interrupted" },
      { method: "readFile", outcome: "interrupted" }
    ])
  })
})
