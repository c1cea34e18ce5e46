/** A program that has only some of the packages in its bundle loads two copies of `@procfsroot/vfs`. */
import { bundledWithoutNode } from "@procfsroot/testkit/bundle"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, it } from "vitest"

it.each(["onMainThread", "offMainThread"])("%s, a root of another copy is refused", async (where) => {
  const program = await bundledWithoutNode(new URL("./programs/twoCopies.ts", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program, where])
  expect(stdout).toContain(
    "@procfsroot/platform-node and @procfsroot/node use two copies of @procfsroot/vfs: install one version"
  )
})
