/** An attacker exchanges directories and links in a container while the command copies out of it or into it. */
import { without } from "@procfsroot/testkit/judges"
import { World } from "@procfsroot/testkit/race/world"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { describe, expect, it } from "vitest"
import { run } from "../command.js"
import { pathsBelow } from "../copy/boxes.js"
import { EXCHANGES, isLong, kinds, leaksIn, LONGEST, populate, whileExchanged } from "../copy/racing.js"
import { containers, runtimes } from "./real.js"

const COPIES = Math.max(2, EXCHANGES / 1_000)

/**
 * Starting containers and commands takes time, so a short run uses one container and the last attack, which combines
 * all others.
 */
const raced = isLong ? runtimes : runtimes.slice(0, 1)
const attacks = isLong ? kinds : kinds.slice(-1)

/** The secrets are outside of the root, at the host paths that the links in the container contain. */
describe.skipIf(without("root", "openat2", containers)).each(raced)(
  "a container of $name that exchanges",
  ({ start }) => {
    it.each(attacks)("%s: copies out of it contain nothing of the host", async (_, kind) => {
      using world = new World(false, tmpdir())
      using place = temporary()
      using container = start({ root: world.root })
      await whileExchanged(world, kind, COPIES, async (path, i, isExtra) => {
        const to = `${place.path}/${i}`
        run(["cp", isExtra ? `pid:${container.pid}:/a` : `${container.name}:${path}`, to])
        return Fs.existsSync(to) ? pathsBelow(to).length : 0
      })
      expect(leaksIn(place.path)).toEqual([])
    }, LONGEST)

    it.each(attacks)("%s: copies into it change nothing on the host", async (_, kind) => {
      using world = new World(false, tmpdir())
      using place = temporary()
      populate(place.path)
      using container = start({ root: world.root })
      await whileExchanged(world, kind, COPIES, async (path, i) => {
        const { stderr } = run(["cp", `${place.path}/.`, `${container.name}:${path}${i % 2 === 0 ? "" : "/new"}`])
        return stderr === "" ? 1 : 0
      })
      world.clean("at the end")
      expect(world.escapes).toEqual([])
    }, LONGEST)
  }
)
