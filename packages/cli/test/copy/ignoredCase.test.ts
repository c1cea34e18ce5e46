/** Copies to a file system that ignores upper and lower case, such as exFAT. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { type Fuse, startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import * as Fs from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Copier } from "../../src/copy/copy.js"
import { archive, directory, file, unpack } from "../tar/archives.js"
import { copying, openBox } from "./boxes.js"

const TAKEN = "the file system of the copy takes its name for that of another file in the same directory"

describe.skipIf(without("fuse")).each(["auto", "none"] as const)("with native calls: %s", (native) => {
  let fuse: Fuse
  beforeAll(async () => {
    fuse = await startFuse()
  })
  afterAll(async () => {
    await fuse[Symbol.asyncDispose]()
  })

  it("no file of a tree replaces another one", async () => {
    await using box = await openBox({ native })
    const tree = `${box.path}/from/tree`
    Fs.mkdirSync(tree)
    for (const name of ["File", "file", "other"]) Fs.writeFileSync(`${tree}/${name}`, name)
    await using to = await openRoot(`${fuse.path}/ignoresCase`, { native })
    const { told } = await copying({ ...box, to }, "/tree", "/tree")
    const names = Fs.readdirSync(`${fuse.path}/ignoresCase/tree`)
    expect(names).toHaveLength(2)
    expect(names).toContain("other")
    const refused = names.includes("File") ? "file" : "File"
    expect(told.filter((line) => line.startsWith("failed"))).toEqual([`failed /tree/${refused}: ${TAKEN}`])
  })

  it("no source replaces the copy of another one", async () => {
    await using box = await openBox({ native })
    Fs.mkdirSync(`${box.path}/from/Directory`)
    Fs.mkdirSync(`${box.path}/from/directory`)
    for (const name of ["Source", "source"]) Fs.writeFileSync(`${box.path}/from/${name}`, name)
    await using to = await openRoot(`${fuse.path}/ignoresCase`, { native })
    const failed: Array<string> = []
    await using copier = new Copier(to, { several: true }, (event) => {
      if (event.type === "failed") failed.push(`${event.path}: ${event.why}`)
    })
    for (const name of ["/Source", "/source", "/Directory", "/directory"]) await copier.copy(box.from, name, name)
    expect(failed).toEqual([`/source: ${TAKEN}`, `/directory: ${TAKEN}`])
    const names = Fs.readdirSync(`${fuse.path}/ignoresCase`)
    expect(names.filter((name) => /source|directory/i.test(name)).toSorted()).toEqual(["Directory", "Source"])
  })

  it("an entry of an archive replaces an earlier one, as with tar", async () => {
    await using to = await openRoot(`${fuse.path}/ignoresCase`, { native })
    const input = archive(directory("unpacked"), file("unpacked/Entry"), file("unpacked/entry"))
    expect(await unpack({ root: to, path: "/" }, input)).toEqual({ told: [], copied: 3 })
    expect(Fs.readdirSync(`${fuse.path}/ignoresCase/unpacked`)).toEqual(["entry"])
  })

  it("a file replaces one that was there before", async () => {
    await using box = await openBox({ native })
    Fs.writeFileSync(`${box.path}/from/Single`, "new")
    await using to = await openRoot(`${fuse.path}/ignoresCase`, { native })
    Fs.writeFileSync(`${fuse.path}/ignoresCase/single`, "old")
    expect((await copying({ ...box, to }, "/Single", "/Single")).summary).toMatchObject({ copied: 1, failed: 0 })
    expect(Fs.readdirSync(`${fuse.path}/ignoresCase`)).toContain("Single")
  })
})
