/** Tests copies whose directories somebody replaces before they get their attributes. */
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
