/** Replaces functions of `node:fs`, to see how a root reports what they throw. */
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

it.skipIf(without(replacing)).each(["openSync", "statSync", "statfsSync"] as const)(
  "a lack of memory is reported as such: %s",
  async (name) => {
    const { [name]: before } = fs
    Object.assign(fs, {
      [name]: () => {
        throw Object.assign(new Error("ENOMEM"), { code: "ENOMEM" })
      }
    })
    syncBuiltinESMExports()
    try {
      await expect(openRoot("/")).rejects.toMatchObject({ code: "ENOMEM" })
    } finally {
      Object.assign(fs, { [name]: before })
      syncBuiltinESMExports()
    }
  }
)

it.skipIf(without(replacing))("a defect in a lookup does not become an errno", async () => {
  await using root = await openRoot("/proc/self", { strategy: "walk" })
  const { readlinkSync } = fs
  const defect = new TypeError("a defect")
  fs.readlinkSync = Object.assign(() => {
    throw defect
  }, readlinkSync)
  syncBuiltinESMExports()
  try {
    await expect(root.promises.stat("/exe")).rejects.toBe(defect)
    await expect(root.resolve("/exe")).rejects.toBe(defect)
  } finally {
    fs.readlinkSync = readlinkSync
    syncBuiltinESMExports()
  }
})
