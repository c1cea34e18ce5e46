/** Tests that flags and options of Node's that are not supported are refused instead of ignored. */
import { directory, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import * as Promises from "@procfsroot/node/Promises"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

describe("the constants", () => {
  it("are Node's, with all flags and modes", () => {
    // Some numbers of flags depend on the architecture.
    const used = process.arch === "x64" ? /^(F|O|R|S|W|X)_|COPYFILE/ : /^(F|R|S|W|X)_|COPYFILE/
    expect(Promises.constants).toMatchObject(
      Object.fromEntries(Object.entries(Fs.constants).filter(([name]) => used.test(name)))
    )
  })
})

describe("an option that is not supported", () => {
  it("is refused instead of ignored", async () => {
    await using root = openMemoryRoot({ "/f": "", "/d": directory() })
    const { promises } = root
    const invalid = { code: "ERR_INVALID_ARG_VALUE" }
    expect(await rejection(promises.cp("/f", "/g", { filter: () => true }))).toMatchObject(invalid)
    expect(await rejection(promises.cp("/f", "/g", { dereference: true }))).toMatchObject(invalid)
    expect(await rejection(promises.rmdir("/d", { recursive: true }))).toMatchObject(invalid)
    expect(() => root.sync.rmdirSync("/d", { recursive: true })).toThrow(
      "The option 'recursive' is not supported by rmdir: use rm"
    )
    await promises.rmdir("/d", { recursive: false })
    expect(await rejection(promises.open("/f", "rx"))).toMatchObject(invalid)
    const { O_DIRECT, O_DIRECTORY, O_NOATIME, O_RDONLY, O_RDWR, O_TRUNC } = promises.constants
    // O_TMPFILE, which is not among Node's constants, contains O_DIRECTORY.
    for (const flag of [O_DIRECT, O_NOATIME, O_DIRECTORY | 0o20000000]) {
      expect(await rejection(promises.open("/f", O_RDWR | flag))).toMatchObject(invalid)
    }
    expect(await rejection(promises.open("/f", O_RDONLY | O_TRUNC))).toMatchObject(invalid)
    expect(await rejection(promises.open("/f", 3))).toMatchObject(invalid)
    expect(await rejection(promises.copyFile("/f", "/g", Fs.constants.COPYFILE_FICLONE_FORCE))).toMatchObject({
      code: "ENOTSUP",
      syscall: "copyfile",
      path: "/f",
      dest: "/g"
    })
    await using file = await promises.open("/f")
    expect(await rejection(file.read(Buffer.alloc(1), 0, 1, -2))).toMatchObject({ code: "ERR_OUT_OF_RANGE" })
  })
})
