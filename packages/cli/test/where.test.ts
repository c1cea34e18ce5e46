/** The root that a command works in, while its process ends. */
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { openWhere } from "../src/where.js"

describe.skipIf(without("mount"))("the root of a process", () => {
  it("keeps its mounts when the last process that sees them has ended", async () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/proc`)
    const child = await startIn(directory.path, "pivot_root")
    const descriptors = await atRest()
    {
      await using root = await openWhere({ pid: child.pid, root: undefined, container: undefined })
      await child.stop()
      expect(readdirSync(`${directory.path}/proc`)).toEqual([])
      expect(await root.promises.readdir("/proc")).toContain("version")
    }
    expect(await settled(descriptors)).toBe(descriptors)
  })
})
