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
    expect(constantsIn(process)).toMatchObject({ O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200, O_NOFOLLOW: 0o400000 })
  })
})
