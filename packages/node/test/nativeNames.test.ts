/** What native calls pass to a library for special files. */
import { bindNames } from "../src/internal/native/names.js"
import { nativeLibrary } from "@procfsroot/testkit/nativeLibrary"
import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
import { expect, it } from "vitest"

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
