/** Tests what is remembered of an archive until its end. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync } from "node:fs"
import { expect, it } from "vitest"
import { Existing } from "../../src/copy/existing.js"
import { type Later, Memory } from "../../src/copy/memory.js"

const later = (target: string): Later => ({
  type: "2",
  kept: { uid: 1n, gid: 2n, mode: 0o777n, mtimeNs: -3n, atimeNs: 4n, isSymbolicLink: () => true },
  extended: [["user.\udcff", Buffer.from([0, 255])]],
  target
})

it("links are returned unchanged, with any bytes", () => {
  const memory = new Memory()
  const targets = ["a", "\udcff\0\n", "ü".repeat(2_000), ""]
  for (const target of targets) memory.keepLink(`to ${target}`, later(target))
  memory.keepLink("to a", later("b"))
  memory.forgetLink("to ")
  const taken = Array.from(memory.takeLinks())
  expect(taken.map(([path]) => path)).toEqual(["to \udcff\0\n", `to ${targets[2]}`, "to a"])
  for (const [path, { kept, ...rest }] of taken) {
    const { kept: expected, ...others } = later(path === "to a" ? "b" : path.slice(3))
    expect(rest).toEqual(others)
    expect({ ...kept, isSymbolicLink: kept.isSymbolicLink() }).toEqual({ ...expected, isSymbolicLink: true })
  }
  expect(memory.hasLink("to a")).toBe(false)
})

it("directories are returned last to first, with their attributes from the archive", () => {
  const memory = new Memory()
  for (const path of ["d", "d/e", "f"]) memory.keepDirectory(path, `identity of ${path}`)
  expect(memory.keepAttributes("d", later(""))).toBe(true)
  expect(memory.keepAttributes("other", later(""))).toBe(false)
  const taken = Array.from(memory.takeDirectories())
  expect(taken.map(([path, { attributes, identity }]) => [path, identity, attributes?.kept.mtimeNs])).toEqual([
    ["f", "identity of f", undefined],
    ["d/e", "identity of d/e", undefined],
    ["d", "identity of d", -3n]
  ])
})

it("the number of links is limited, and taking links makes room for directories", () => {
  const memory = new Memory()
  const target = "x".repeat(4_000)
  const keep = () => {
    for (let i = 0; i < 100_000; i++) memory.keepLink(`${i}`, later(target))
  }
  expect(keep).toThrow("the archive has too many directories and links")
  let made = 0
  for (const [path] of memory.takeLinks()) {
    memory.checkRoom(path)
    memory.keepDirectory(`directory of ${path}`, "identity")
    made++
  }
  expect(made).toBeGreaterThan(20_000)
})

it("what a dry run would create is only remembered up to a limit", async () => {
  using place = temporary()
  await using root = await openRoot(place.path)
  const existing = new Existing(root)
  const pathOf = (number: number) => `${"d/".repeat(2_000)}${number}`
  existing.addParents(pathOf(0))
  for (let i = 0; i < 40_000; i++) existing.addFile(pathOf(i))
  expect(existing.find(pathOf(0))).toBe("other")
  expect(existing.find(pathOf(39_999))).toBe(undefined)
})

it("a dry run finds out in bounded time which of thousands of directories it would create", async () => {
  using place = temporary()
  await using root = await openRoot(place.path)
  mkdirSync(`${place.path}/there`)
  const existing = new Existing(root)
  // Looking up every directory above each of them would take minutes.
  for (let i = 0; i < 30; i++) existing.addParents(`there/${i}/${"d/".repeat(2_000)}f`)
  expect(existing.find("there")).toBe("directory")
  expect(existing.find(`there/29${"/d".repeat(2_000)}`)).toBe("new")
  expect(existing.find(`there/30${"/d".repeat(2_000)}`)).toBe(undefined)
})

it("a dry run refuses a path that the name of its temporary file makes too long", async () => {
  using place = temporary()
  await using root = await openRoot(place.path)
  const existing = new Existing(root)
  expect(() => existing.addFile(`${"d/".repeat(2_000)}f`)).not.toThrow()
  expect(() => existing.addFile(`${"d/".repeat(2_040)}f`)).toThrow("ENAMETOOLONG")
})
