/** Tests the rules of destinations, and that a `Copier` does what was planned. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { plan } from "../../src/copy/plan.js"
import { copying, openBox } from "./boxes.js"

const populate = (path: string): void => {
  Fs.mkdirSync(`${path}/from/d/x`, { recursive: true })
  Fs.writeFileSync(`${path}/from/f`, "f")
  Fs.writeFileSync(`${path}/from/g`, "g")
  Fs.writeFileSync(`${path}/from/d/x/f`, "deep")
  Fs.symlinkSync("d", `${path}/from/ld`)
  Fs.symlinkSync("f", `${path}/from/lf`)
  Fs.mkdirSync(`${path}/to/dir/sub/f`, { recursive: true })
  Fs.mkdirSync(`${path}/to/dir/d`)
  Fs.writeFileSync(`${path}/to/file`, "old")
  Fs.writeFileSync(`${path}/to/dir/ld`, "old")
  Fs.mkdirSync(`${path}/to/full`)
  Fs.writeFileSync(`${path}/to/full/d`, "a file")
  Fs.symlinkSync("/dir", `${path}/to/link`)
  Fs.symlinkSync("/nowhere", `${path}/to/dangling`)
  Fs.symlinkSync("loop", `${path}/to/loop`)
  Fs.symlinkSync("file/x", `${path}/to/below`)
  Fs.symlinkSync("n".repeat(256), `${path}/to/long`)
}

const NO_FILE = "there is no such file"
const NO_DIRECTORY = "the destination directory does not exist"
const NOT_DIRECTORY = "the destination is not a directory"
const NO_PLACE = "a file that is not a directory is in its place"
const IN_PLACE = "a directory is in its place"
const ENOTDIR = "not a directory (ENOTDIR)"
const unusable = (destination: string) => `its destination ${destination} cannot be used: ${ENOTDIR}`

/** Source, destination, and the path of the copy or why there is none. */
const rules: ReadonlyArray<readonly [source: string, destination: string, planned: string | { refused: string }]> = [
  ["/f", "/new", "/new"],
  ["f", "new", "new"],
  ["/f", "/new/", { refused: NO_DIRECTORY }],
  ["/f", "/file", "/file"],
  ["/f", "/file/", { refused: unusable("/file/") }],
  ["/f", "/dir", "/dir/f"],
  ["/f", "/dir/", "/dir/f"],
  ["/f", "/dir/.", "/dir/./f"],
  ["/f", "/dir/sub", { refused: IN_PLACE }],
  ["/f", "/link", "/link/f"],
  ["/f", "/link/", "/link/f"],
  ["/f", "/dangling", "/dangling"],
  ["/f", "/loop", "/loop"],
  ["/f", "/below", "/below"],
  ["/f", "/long", "/long"],
  ["/f", "/missing/new", "/missing/new"],
  ["/f", "/file/new", { refused: unusable("/file/new") }],
  ["/f", "/", "/f"],
  ["/f/", "/dir", { refused: ENOTDIR }],
  ["/f/.", "/dir", { refused: ENOTDIR }],
  ["/none", "/dir", { refused: NO_FILE }],
  ["/lf", "/new", "/new"],
  ["/ld", "/new", "/new"],
  ["/ld/", "/new", "/new"],
  ["/ld/", "/full", "/full/ld"],
  ["/ld/", "/dir", { refused: NO_PLACE }],
  ["/ld/.", "/dir", "/dir"],
  ["/d", "/new", "/new"],
  ["/d/", "/new/", "/new/"],
  ["/d", "/file", { refused: NOT_DIRECTORY }],
  ["/d", "/file/", { refused: unusable("/file/") }],
  ["/d", "/dir", "/dir/d"],
  ["/d/", "/dir/", "/dir/d"],
  ["/d", "/full", { refused: NO_PLACE }],
  ["/d", "/link", "/link/d"],
  ["/d", "/dangling", { refused: NOT_DIRECTORY }],
  ["/d", "/below", { refused: NOT_DIRECTORY }],
  ["/d/.", "/new", "/new"],
  ["/d/.", "/new/", "/new/"],
  ["/d/.", "/dir", "/dir"],
  ["/d/.", "/link", "/link"],
  ["/d/.", "/file", { refused: NOT_DIRECTORY }],
  ["/d/x/..", "/dir", "/dir"],
  ["/", "/dir", "/dir"],
  ["/", "/new", "/new"],
  ["/d", "/new/.", { refused: NO_DIRECTORY }]
]

describe("a plan", () => {
  it.each(rules)("of %s to %s follows the rules", async (source, destination, planned) => {
    await using box = await openBox()
    populate(box.path)
    const [only] = await plan([{ root: box.from, path: source }], { root: box.to, path: destination })
    if (typeof planned !== "string") return expect(only).toMatchObject(planned)
    expect(only).toMatchObject({ destination: planned })
    const before = Fs.lstatSync(`${box.path}/from${source.startsWith("/") ? "" : "/"}${source}`)
    const { summary, told } = await copying(box, source, planned)
    if (destination === "/missing/new") {
      return expect(told).toEqual([
        "failed /f: its destination /missing/new cannot be used: no such file or directory (ENOENT)"
      ])
    }
    expect(summary).toMatchObject({ failed: 0 })
    const at = Fs.lstatSync(`${box.path}/to/${planned.replace(/^\/link/, "/dir")}`)
    expect(at.mode & 0o170000).toBe(before.mode & 0o170000)
    if (before.isDirectory() && source !== "/") expect(told.some((line) => line.endsWith("x/f"))).toBe(true)
  })

  it("follows a link only with follow", async () => {
    await using box = await openBox()
    populate(box.path)
    const [only] = await plan([{ root: box.from, path: "/ld" }], { root: box.to, path: "/full" }, { follow: true })
    expect(only).toMatchObject({ destination: "/full/ld" })
    expect((await copying(box, "/ld", "/full/ld", { follow: true })).summary).toMatchObject({ copied: 3, failed: 0 })
    expect(Fs.lstatSync(`${box.path}/to/full/ld`).isDirectory()).toBe(true)
    expect(Fs.readFileSync(`${box.path}/to/full/ld/x/f`, "utf8")).toBe("deep")
  })

  it("of several sources requires a directory and different names", async () => {
    await using box = await openBox()
    populate(box.path)
    const ends = (...paths: ReadonlyArray<string>) => paths.map((path) => ({ root: box.from, path }))
    const planned = async (destination: string, ...paths: ReadonlyArray<string>) =>
      (await plan(ends(...paths), { root: box.to, path: destination })).map((one) => one.destination ?? one.refused)
    const why = "the destination of several sources is not a directory"
    expect(await planned("/dir", "/f", "/g", "/none")).toEqual(["/dir/f", "/dir/g", NO_FILE])
    expect(await planned("/new", "/f", "/g")).toEqual([why, why])
    expect(await planned("/file", "/f", "/d")).toEqual([why, why])
    expect(await planned("/dir", "/f", "/d/x/f")).toEqual(["/dir/f", "another source has the same name"])
    expect(await planned("/dir", "/d/.", "/d/x/.")).toEqual(["/dir", "/dir"])
  })

  it.each([
    ["/d", "/d", "a directory cannot be copied into itself"],
    ["/d", "/d/x", "a directory cannot be copied into itself"],
    ["/d", "/d/new", "a directory cannot be copied into itself"],
    ["/d/.", "/ld/x", "a directory cannot be copied into itself"],
    ["/d/x", "/d", "it is the same file as its copy"],
    ["/", "/d", "a directory cannot be copied into itself"],
    ["/f", "/f", "it is the same file as its copy"],
    ["/f", "/", "it is the same file as its copy"],
    ["/f", "/hard", "it is the same file as its copy"]
  ])("of %s to %s in the same root is refused", async (source, destination, why) => {
    await using box = await openBox()
    populate(box.path)
    Fs.linkSync(`${box.path}/from/f`, `${box.path}/from/hard`)
    const [only] = await plan([{ root: box.from, path: source }], { root: box.from, path: destination })
    expect(only).toMatchObject({ refused: why })
  })
})
