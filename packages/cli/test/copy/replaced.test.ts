/** Tests copies during which somebody else replaces directories, or creates files in them. */
import * as Fs from "node:fs"
import { expect, it } from "vitest"
import { identityOf } from "../../src/identity.js"
import { openMade } from "../../src/copy/made.js"
import { copying, openBox } from "./boxes.js"

const WHY = "the copy of the directory was replaced by another file"

it("a program in the place of a directory does not get its mode, even if it has the same inode number", async () => {
  await using box = await openBox()
  const path = `${box.path}/to/f`
  Fs.writeFileSync(path, "#!")
  const identity = identityOf(Fs.lstatSync(path, { bigint: true }))
  expect(() => openMade({ root: box.to, path: "f" }, identity)).toThrow(WHY)
})

it("a directory in the place of another one does not get its mode, even if it was copied as well", async () => {
  await using box = await openBox()
  for (const [name, mode] of [["a", 0o700], ["b", 0o770]] as const) {
    Fs.mkdirSync(`${box.path}/from/d/${name}`, { recursive: true })
    Fs.writeFileSync(`${box.path}/from/d/${name}/f`, "")
    Fs.chmodSync(`${box.path}/from/d/${name}`, mode)
  }
  const order: Array<string> = []
  const { told } = await copying(box, "/d", "/d", {}, ({ path }) => {
    if (!path.endsWith("/f")) return
    order.push(path.slice(0, -2))
    const [first, second] = order.map((name) => `${box.path}/to${name}`)
    if (first === undefined || second === undefined) return
    Fs.renameSync(second, `${second}.moved`)
    Fs.renameSync(first, second)
  })
  const [first, second] = order
  expect(told).toContain(`failed ${second}: ${WHY}`)
  expect(Fs.lstatSync(`${box.path}/to${second}`).mode).toBe(Fs.lstatSync(`${box.path}/from${first}`).mode)
})

it.each([[true, "copied"], [false, "kept"]] as const)(
  "a file that somebody else creates in a new directory is replaced if files may be: %s",
  async (overwrite, type) => {
    await using box = await openBox()
    Fs.mkdirSync(`${box.path}/from/d`)
    for (const name of ["a", "b"]) Fs.writeFileSync(`${box.path}/from/d/${name}`, "ours")
    let other: string | undefined
    const { told } = await copying(box, "/d", "/d", { overwrite }, (event) => {
      if (event.type !== "copied" || other !== undefined) return
      other = event.path === "/d/a" ? "/d/b" : "/d/a"
      Fs.writeFileSync(`${box.path}/to${other}`, "theirs")
    })
    expect(told).toContain(`${type} ${other}`)
    expect(Fs.readFileSync(`${box.path}/to${other}`, "utf8")).toBe(overwrite ? "ours" : "theirs")
    expect(Fs.readdirSync(`${box.path}/to/d`).toSorted()).toEqual(["a", "b"])
  }
)

it("a hard link to a copy that somebody else has replaced becomes a copy", async () => {
  await using box = await openBox()
  Fs.mkdirSync(`${box.path}/from/d`)
  Fs.writeFileSync(`${box.path}/from/d/a`, "ours")
  Fs.linkSync(`${box.path}/from/d/a`, `${box.path}/from/d/b`)
  const copied: Array<string> = []
  const { told } = await copying(box, "/d", "/d", {}, ({ path, type }) => {
    if (type !== "copied" || path === "/d") return
    if (copied.push(path) > 1) return
    Fs.writeFileSync(`${box.path}/to/theirs`, "theirs")
    Fs.renameSync(`${box.path}/to/theirs`, `${box.path}/to${path}`)
  })
  const [first, second] = copied
  expect(told).toContain(`copied ${second}: a hard link could not be kept: the copy was replaced by another file`)
  expect([first, second].map((path) => Fs.readFileSync(`${box.path}/to${path}`, "utf8"))).toEqual(["theirs", "ours"])
})
