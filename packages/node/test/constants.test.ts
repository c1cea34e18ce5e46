/** Tests which numbers the constants have. */
import * as Promises from "@procfsroot/node/Promises"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { constantsIn } from "../src/internal/promises/constants.js"

describe("constants", () => {
  it("are those of node:fs, which programs pass", () => {
    expect(Promises.constants).toBe(Fs.constants)
  })

  it.each([undefined, {}])("are Linux's if there is no node:fs: process is %j", (process) => {
    const alone = constantsIn(process)
    expect(alone.O_NOFOLLOW).toBe(0o400000)
    // Node's are those of this system and architecture.
    if (globalThis.process.platform === "linux" && globalThis.process.arch === "x64") {
      expect(Fs.constants).toMatchObject(alone)
    }
  })
})
