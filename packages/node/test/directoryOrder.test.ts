/** Directories are listed in the order in which Node lists them on a disk. */
import { openTarRoot } from "@procfsroot/node"
import { archive } from "@procfsroot/testkit/archive"
import { temporary } from "@procfsroot/testkit/temporary"
import * as NodePromises from "node:fs/promises"
import { describe, expect, it, vi } from "vitest"
import { type Fs, runs } from "./fileSystems.js"

const names = ["b", "a", "Z", "\u00e9", "10", "9", "_", "\uffff", "\u{1f600}", "\ue000", "\ud7ff", "a b", "ab", "a.b"]
const ofBytes = [[0x80], [0xff], [0x61, 0xc3], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f]]

const make = async (fs: Fs, base: string): Promise<void> => {
  for (const [i, name] of names.entries()) {
    if (i % 3 === 0) await fs.mkdir(`${base}/${name}`)
    else await fs.writeFile(`${base}/${name}`, "")
  }
  for (const bytes of ofBytes) {
    await fs.writeFile(Buffer.concat([Buffer.from(`${base}/`), Uint8Array.from(bytes)]), "")
  }
}

/** All listings, as the bytes of their names. */
const listed = async (fs: Fs, base: string): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const directory = `${base}/`
  const hex = (list: ReadonlyArray<Buffer>) => list.map((name) => name.toString("hex"))
  return [
    hex(await fs.readdir(directory, "buffer")),
    hex((await fs.readdir(directory, { withFileTypes: true, encoding: "buffer" })).map(({ name }) => name))
  ]
}

const story = async (fs: Fs, base: string) => {
  const found = []
  await make(fs, base)
  found.push(await listed(fs, base))
  await fs.rename(`${base}/a`, `${base}/zz`)
  await fs.rename(`${base}/ab`, `${base}/0`)
  await fs.unlink(`${base}/10`)
  found.push(await listed(fs, base))
  await fs.writeFile(`${base}/a`, "")
  await fs.rename(`${base}/a`, `${base}/9`)
  for (let i = 0; i < 300; i++) await fs.writeFile(`${base}/${(i * 7) % 300}-`, "")
  found.push(await listed(fs, base))
  return found
}

describe.each(["kernel", "walk", "memory"] as const)("a directory of a root, by %s", (name) => {
  it("is listed in the same order as by Node, and after changes too", async () => {
    expect(await runs[name](story)).toEqual(await runs.node(story))
  })

  it("is listed before the one after it in a recursive listing, each in order", async () => {
    const list = (which: "kernel" | "memory" | "walk") =>
      runs[which](async (fs, base) => {
        await make(fs, base)
        for (const below of ["y", "x", "\u{1f600}", "\uffff"]) await fs.mkdir(`${base}/b/${below}`)
        return [
          await fs.readdir(`${base}/`, { recursive: true }),
          (await fs.readdir(`${base}/`, { recursive: true, withFileTypes: true })).map(({ name }) => name)
        ]
      })
    const [names, entries] = await list(name)
    expect([names, entries]).toEqual(await list("kernel"))
    expect(names).toEqual(expect.arrayContaining(["b/x", "b/y"]))
  })
})

describe("a directory of an archive", () => {
  it("is listed in the same order, in whichever order the archive has its entries", async () => {
    using directory = temporary()
    const base = `${directory.path}/base`
    await NodePromises.mkdir(base)
    await make(NodePromises, base)
    const ordered = await NodePromises.readdir(base)
    await using root = await openTarRoot(archive(base, `${directory.path}/tar`, "pax", names.toReversed()))
    const without = ordered.filter((name) => names.includes(name))
    expect(await root.promises.readdir("/")).toEqual(without)
    const entries = await root.directory.readDirectoryEntries("/", { recursive: true })
    expect(entries.map(({ name }) => name)).toEqual(without)
  })

  it("is sorted once", async () => {
    using directory = temporary()
    const base = `${directory.path}/base`
    await NodePromises.mkdir(base)
    await make(NodePromises, base)
    await using root = await openTarRoot(archive(base, `${directory.path}/tar`, "pax"))
    const first = root.sync.readdirSync("/")
    const before = [...first]
    const sort = vi.spyOn(Array.prototype, "toSorted")
    try {
      first.length = 0 // belongs to the caller
      expect(root.sync.readdirSync("/")).toEqual(before)
      expect(sort).not.toHaveBeenCalled()
    } finally {
      sort.mockRestore()
    }
  })
})
