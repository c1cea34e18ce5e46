/** Tests copies while an attacker exchanges directories and links in the source or the destination. */
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { World } from "@procfsroot/testkit/race/world"
import { temporary } from "@procfsroot/testkit/temporary"
import { describe, expect, it } from "vitest"
import { strategies } from "./boxes.js"
import { EXCHANGES, fill, kinds, leaksIn, LONGEST, populate, whileExchanged } from "./racing.js"

const COPIES = Math.max(8, EXCHANGES / 100)

/** Each function makes the `i`-th copy, and returns how many files it has copied. */
export interface Copies {
  readonly out: (from: OpenRoot, source: string, to: OpenRoot, i: number) => Promise<number>
  readonly into: (from: OpenRoot, to: OpenRoot, path: string, i: number) => Promise<number>
}

/** Tests that no copy leads out of the attacked root. */
export const itIsNotLedOut = ({ into, out }: Copies): void => {
  describe.skipIf(without("openat2")).each(strategies)("by the %s, while somebody exchanges", (strategy) => {
    it.each(kinds)("%s: a copy out of the root contains only files of the root", async (_, kind) => {
      using world = new World(false)
      using place = temporary()
      fill(world.root)
      await using from = await openRoot(world.root, { strategy })
      await using to = await openRoot(place.path, { strategy })
      await whileExchanged(world, kind, COPIES, (path, i, isExtra) => out(from, isExtra ? "/a" : path, to, i))
      expect(leaksIn(place.path)).toEqual([])
    }, LONGEST)

    it.each(kinds)("%s: a copy into the root changes nothing outside", async (_, kind) => {
      using world = new World(false)
      using place = temporary()
      populate(place.path)
      await using from = await openRoot(place.path, { strategy })
      await using to = await openRoot(world.root, { strategy })
      await whileExchanged(world, kind, COPIES, (path, i) => into(from, to, path, i))
      world.clean("at the end")
      expect(world.escapes).toEqual([])
    }, LONGEST)
  })
}
