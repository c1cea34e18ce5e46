/**
 * Compares trees while another process renames directories and exchanges them with links. `RACE_OPERATIONS` sets the
 * least number of exchanges in each test.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { attack } from "@procfsroot/testkit/attacker"
import { without } from "@procfsroot/testkit/judges"
import { World } from "@procfsroot/testkit/race/world"
import { temporary } from "@procfsroot/testkit/temporary"
import { describe, expect, it, vi } from "vitest"
import { Comparison, nowhere } from "../../src/diff/compare.js"
import { openTree } from "../../src/diff/plain.js"
import { strategies } from "../copy/boxes.js"
import { EXCHANGES, kinds, LONGEST, MILLISECONDS } from "../copy/racing.js"

/** Runs a part of a test, without printing errors about files that are exchanged meanwhile. */
const quietly = async (use: () => Promise<void>): Promise<void> => {
  const write = vi.spyOn(process.stderr, "write").mockImplementation((_, ...rest) => {
    for (const done of rest) if (typeof done === "function") done()
    return true
  })
  try {
    await use()
  } finally {
    write.mockRestore()
    process.exitCode = undefined
  }
}

describe.skipIf(without("openat2")).each(strategies)("a comparison by the %s", (strategy) => {
  it.each(kinds)(
    "shows nothing outside the root during the attack: %s",
    async (_, kind) => {
      using world = new World(false)
      using empty = temporary()
      await using root = await openRoot(world.root, { strategy })
      await using other = await openRoot(empty.path, { strategy })
      const { fifos = [], steps } = kind.prepare(world)
      await using attacker = await attack({ steps, fifos, milliseconds: MILLISECONDS, rounds: 1_000_000_000 })
      const leaks: Array<string> = []
      let found = 0
      for (let i = 0; i < Math.max(8, EXCHANGES / 100); i++) {
        const comparison = new Comparison(
          async (_, path) => {
            found++
            if (path.includes("only-outside")) leaks.push(path)
          },
          undefined,
          nowhere
        )
        await using now = await openTree(root, "/", undefined)
        await using before = await openTree(other, "/", undefined)
        await quietly(() => comparison.compare("/", now.file, before.file))
      }
      const report = await attacker.stop()
      expect(leaks).toEqual([])
      expect(world.escapes).toEqual([])
      expect(found).toBeGreaterThan(20)
      expect(report.made).toBeGreaterThan(EXCHANGES)
    },
    LONGEST
  )
})
