/** Tests which numbers the constants have. */
import * as Promises from "@procfsroot/node/Promises"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { constantsIn } from "../src/internal/promises/constants.js"

describe("constants", () => {
  it("are those of node:fs, which programs pass", () => {
    expect(Promises.constants).toEqual(Fs.constants)
  })

  it("that node:fs lacks on Windows are not those of another flag", () => {
    const windows = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_APPEND: 8, O_CREAT: 0x100, O_TRUNC: 0x200, O_EXCL: 0x400 }
    const constants = constantsIn({ getBuiltinModule: () => ({ constants: windows }) })
    expect(constants).toMatchObject({ ...windows, O_NONBLOCK: 0, O_NOCTTY: 0 })
    const { O_DIRECT, O_DIRECTORY, O_DSYNC, O_NOATIME, O_NOFOLLOW, O_SYNC } = constants
    const known = Object.values(windows).reduce((all, flag) => all | flag)
    for (const flag of [O_DIRECT, O_DIRECTORY, O_DSYNC, O_NOATIME, O_NOFOLLOW, O_SYNC]) {
      expect([flag === 0, flag & known]).toEqual([false, 0])
    }
  })

  it.each([undefined, {}, { getBuiltinModule: () => undefined }])(
    "are Linux's if there is no node:fs: process is %j",
    (process) => {
      expect(constantsIn(process)).toMatchObject({ O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200, O_NOFOLLOW: 0o400000 })
    }
  )
})
