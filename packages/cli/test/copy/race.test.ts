/** Somebody exchanges directories and links of one side while it is copied from or to. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { attack } from "@procfsroot/testkit/attacker"
import { without } from "@procfsroot/testkit/judges"
import { attacks } from "@procfsroot/testkit/race/attacks"
import { World } from "@procfsroot/testkit/race/world"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { copyTree } from "../../src/copy/copy.js"
import { pathsBelow, strategies } from "./boxes.js"

const EXCHANGES = Number(process.env["RACE_OPERATIONS"] ?? 500)

const COPIES = Math.max(8, EXCHANGES / 100)

/** Nothing of it may come into the root. */
const SECRET = "a secret of the host"

const MILLISECONDS = 60_000

/** So many files that a directory is opened while they are copied. */
const fill = (directory: string): void => {
  for (let i = 0; i < 10; i++) Fs.writeFileSync(`${directory}/more-${i}`, "copied")
}

const populate = (path: string): void => {
  Fs.mkdirSync(`${path}/tree-0/x/y`, { recursive: true })
  for (const name of ["f", "tree-0/f", "tree-0/x/f", "tree-0/x/y/only"]) Fs.writeFileSync(`${path}/${name}`, "copied")
  for (const name of ["", "tree-0/x"]) fill(`${path}/${name}`)
  Fs.symlinkSync("f", `${path}/l`)
}

const directoriesBelow = (path: string): ReadonlyArray<string> =>
  pathsBelow(path).filter((below) => Fs.lstatSync(below).isDirectory())

const leaksIn = (place: string): ReadonlyArray<string> =>
  pathsBelow(place).filter((path) => {
    const isFile = Fs.lstatSync(path).isFile()
    return path.includes("only-outside") || (isFile && Fs.readFileSync(path, "latin1").includes(SECRET))
  })

const kinds = attacks.map((kind) => [kind.name, kind] as const)

describe.skipIf(without("openat2")).each(strategies)("by the %s, while somebody exchanges", (strategy) => {
  it.each(kinds)("%s: a copy out of the root has nothing of outside", async (_, kind) => {
    using world = new World(false)
    using place = temporary()
    await using from = await openRoot(world.root, { strategy })
    await using to = await openRoot(place.path, { strategy })
    const { fifos = [], paths, steps } = kind.prepare(world)
    for (const directory of [world.root, ...directoriesBelow(world.root)]) fill(directory)
    await using attacker = await attack({ steps, fifos, milliseconds: MILLISECONDS, rounds: 1_000_000_000 })
    let copied = 0
    for (let i = 0; i < COPIES; i++) {
      const source = [...paths, "/a"][i % (paths.length + 1)] ?? "/a"
      copied += (await copyTree(from, source, to, `/${i}`)).copied
    }
    const report = await attacker.stop()
    expect(leaksIn(place.path)).toEqual([])
    world.untouched("at the end")
    expect(world.escapes).toEqual([])
    expect(copied).toBeGreaterThan(0)
    expect(report.made).toBeGreaterThan(EXCHANGES)
  })

  it.each(kinds)("%s: a copy into the root changes nothing outside", async (_, kind) => {
    using world = new World(false)
    using place = temporary()
    populate(place.path)
    await using from = await openRoot(place.path, { strategy })
    await using to = await openRoot(world.root, { strategy })
    const { fifos = [], paths, steps } = kind.prepare(world)
    await using attacker = await attack({ steps, fifos, milliseconds: MILLISECONDS, rounds: 1_000_000_000 })
    let copied = 0
    for (let i = 0; i < COPIES; i++) {
      const path = paths[i % paths.length] ?? "/a"
      copied += (await copyTree(from, "/", to, i % 2 === 0 ? path : `${path}/new`, { overwrite: i % 3 > 0 })).copied
    }
    const report = await attacker.stop()
    world.untouched("at the end")
    world.clean("at the end")
    expect(world.escapes).toEqual([])
    expect(copied).toBeGreaterThan(0)
    expect(report.made).toBeGreaterThan(EXCHANGES)
  })
})
