/** What native calls pass to a library for special files, and on which architectures they know the numbers of calls. */
import { bindEntries } from "../src/internal/native/entries.js"
import { bindNames } from "../src/internal/native/names.js"
import { nativeLibrary } from "@procfsroot/testkit/nativeLibrary"
import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
import { afterEach, describe, expect, it } from "vitest"
import manifest from "../package.json" with { type: "json" }

it.each(["x", "\udcff"])("the number of a device is passed as one of 32 bits with a sign, for %j", (name) => {
  const passed: Array<unknown> = []
  const library = nativeLibrary(() => (...args) => {
    passed.push(args.at(-1))
    return 0
  })
  const { mknodat } = bindNames(library)
  const devices = [[1, 3], [0xfff, 0xf_ffff], [8, 0x8_0000]] as const
  for (const [major, minor] of devices) mknodat(3, name, { type: "CharacterDevice", major, minor }, 0o600)
  expect(passed).toEqual(devices.map(([major, minor]) => DeviceNumber.make(major, minor) | 0))
})

describe("the calls that are made by their numbers", () => {
  const { arch } = process

  afterEach(() => void Object.defineProperty(process, "arch", { value: arch }))

  it.each(Object.keys(manifest.optionalDependencies))("are known where %s is installed", (binary) => {
    Object.defineProperty(process, "arch", { value: /[^-]+$/.exec(binary)?.[0] })
    const { mknodat, renameat2 } = bindNames(nativeLibrary())
    expect([mknodat(3, "a", { type: "FIFO" }, 0o600), renameat2(3, "a", 3, "b", "exchange")]).toEqual([0, 0])
    expect(bindEntries(nativeLibrary())).toHaveProperty("namesNow")
  })

  it("fail with ENOTSUP elsewhere", () => {
    Object.defineProperty(process, "arch", { value: "mips" })
    const { mknodat, renameat2 } = bindNames(nativeLibrary())
    expect(() => mknodat(3, "a", { type: "FIFO" }, 0o600)).toThrow(expect.objectContaining({ code: "ENOTSUP" }))
    expect(() => renameat2(3, "a", 3, "b", "exchange")).toThrow(expect.objectContaining({ code: "ENOTSUP" }))
    expect(bindEntries(nativeLibrary())).toEqual({})
  })
})
