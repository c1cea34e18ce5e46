/** A copy that replaces a file needs no more space than the file that it replaces, as with Node. */
import { without } from "@procfsroot/testkit/judges"
import { limitedTmpfs } from "@procfsroot/testkit/mounts"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { openMemoryRoot, openRoot } from "../src/index.js"

const BLOCK = 4_096
const old = "o".repeat(2 * BLOCK)
const content = "n".repeat(2 * BLOCK)
const FREE = BLOCK
const options = { recursive: true, force: true }

describe.skipIf(without("mountHere"))("a copy onto a file while less than its size is free", () => {
  it.each(["kernel", "walk"] as const)("succeeds on a disk: %s", async (strategy) => {
    using full = limitedTmpfs(`size=${old.length + content.length + FREE}`)
    const { path } = full
    Fs.writeFileSync(`${path}/from`, content)
    Fs.writeFileSync(`${path}/to`, old)
    Fs.cpSync(`${path}/from`, `${path}/to`, options)
    Fs.writeFileSync(`${path}/to`, old)
    await using root = await openRoot(path, { strategy })
    await root.promises.cp("/from", "/to", options)
    expect(Fs.readFileSync(`${path}/to`, "utf8")).toBe(content)
  })

  it("succeeds in memory", async () => {
    const root = openMemoryRoot({ "/from": content, "/to": old }, { limits: { freeBytes: FREE } })
    await root.promises.cp("/from", "/to", options)
    expect(await root.promises.readFile("/to", "utf8")).toBe(content)
  })
})
