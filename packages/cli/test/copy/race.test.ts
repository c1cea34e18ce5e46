/** Somebody exchanges directories and links of one side while it is copied from or to. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { World } from "@procfsroot/testkit/race/world"
import { temporary } from "@procfsroot/testkit/temporary"
import { describe, expect, it } from "vitest"
import { copyTree } from "../../src/copy/copy.js"
import { strategies } from "./boxes.js"
import { EXCHANGES, fill, kinds, leaksIn, LONGEST, populate, whileExchanged } from "./racing.js"

const COPIES = Math.max(8, EXCHANGES / 100)

describe.skipIf(without("openat2")).each(strategies)("by the %s, while somebody exchanges", (strategy) => {
  it.each(kinds)("%s: a copy out of the root has nothing of outside", async (_, kind) => {
    using world = new World(false)
    using place = temporary()
    fill(world.root)
    await using from = await openRoot(world.root, { strategy })
    await using to = await openRoot(place.path, { strategy })
    await whileExchanged(world, kind, COPIES, async (path, i, isExtra) => {
      const { copied } = await copyTree(from, isExtra ? "/a" : path, to, `/${i}`)
      return copied
    })
    expect(leaksIn(place.path)).toEqual([])
  }, LONGEST)

  it.each(kinds)("%s: a copy into the root changes nothing outside", async (_, kind) => {
    using world = new World(false)
    using place = temporary()
    populate(place.path)
    await using from = await openRoot(place.path, { strategy })
    await using to = await openRoot(world.root, { strategy })
    await whileExchanged(world, kind, COPIES, async (path, i) => {
      const { copied } = await copyTree(from, "/", to, i % 2 === 0 ? path : `${path}/new`, { overwrite: i % 3 > 0 })
      return copied
    })
    world.clean("at the end")
    expect(world.escapes).toEqual([])
  }, LONGEST)
})
