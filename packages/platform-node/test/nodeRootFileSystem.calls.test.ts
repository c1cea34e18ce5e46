/** The errnos of calls on strange paths are the same as with Node, for root and for other users. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { chmodSync } from "node:fs"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"

/** In memory if possible, since the tree is created hundreds of times. */

const NOBODY = 65_534

const run = async (uid: number): Promise<unknown> => {
  using directory = temporary(memoryDirectory)
  chmodSync(directory.path, 0o777)
  const program = await bundled(new URL("./programs/calls.ts", import.meta.url))
  const options = { uid, gid: uid, cwd: "/", encoding: "utf8", timeout: 120_000 } as const
  return JSON.parse(execFileSync(process.execPath, [program, directory.path], options))
}

describe("NodeRootFileSystem has the same errnos as Node", () => {
  it("for the user who runs this", async () => {
    expect(await run(process.getuid?.() ?? NOBODY)).toEqual({ calls: 1_470, wrong: [] })
  })

  it.skipIf(without("root"))("for a user who is not root", async () => {
    expect(await run(NOBODY)).toEqual({ calls: 1_470, wrong: [] })
  })
})
