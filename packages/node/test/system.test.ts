/** A root that cannot be opened says what it lacks. */
import { notOnBun, without } from "@procfsroot/testkit/judges"
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { expect, it } from "vitest"
import { openRoot } from "../src/index.js"

const replacing = notOnBun("Bun keeps its own node:fs")

it.skipIf(without(replacing)).each(["EACCES", "ENOSYS", "EPERM"])("a sandbox refuses statfs with %s", async (code) => {
  const { statfsSync } = fs
  fs.statfsSync = () => {
    throw Object.assign(new Error(code), { code })
  }
  syncBuiltinESMExports()
  try {
    await expect(openRoot("/")).rejects.toThrow(`statfs(2) of /proc/self/fd fails with ${code}`)
  } finally {
    fs.statfsSync = statfsSync
    syncBuiltinESMExports()
  }
})
