/** Tests attributes of files: types, exact numbers and times, and device numbers. */
import * as Attributes from "@procfsroot/vfs/Attributes"
import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
import { describe, expect, it } from "vitest"
import { isDirectory, isFifo, isFile, isLink } from "../src/internal/mode.js"
import { attributesWith } from "./attributes.js"

/** The types of `inode(7)`. */
const types = [
  [0o010000, "FIFO"],
  [0o020000, "CharacterDevice"],
  [0o040000, "Directory"],
  [0o060000, "BlockDevice"],
  [0o100000, "File"],
  [0o120000, "SymbolicLink"],
  [0o140000, "Socket"],
  [0o000000, "Unknown"],
  [0o170000, "Unknown"]
] as const

describe("a mode", () => {
  it.each(types)("%o is that of a %s, whatever its permissions", (bits, type) => {
    for (const permissions of [0, 0o7777]) {
      const one = { mode: bits | permissions }
      expect(Attributes.typeOf(one)).toBe(type)
      expect([isDirectory(one), isFile(one), isFifo(one), isLink(one)])
        .toEqual(["Directory", "File", "FIFO", "SymbolicLink"].map((name) => name === type))
      if (type !== "Unknown") expect(Attributes.modeOf(type, permissions)).toBe(one.mode)
    }
  })
})

describe("exact attributes", () => {
  it("have nanoseconds and large numbers", () => {
    expect(Attributes.exactly(attributesWith({ mtimeMs: 1_700_000_000_123.456, atimeMs: -1.5 }))).toStrictEqual({
      type: "File",
      mode: 0o100644,
      nlink: 1,
      uid: 2,
      gid: 3,
      dev: 4n,
      ino: 5n,
      rdev: 6n,
      size: 5n,
      blksize: 7,
      blocks: 8n,
      atimeNs: -1_500_000n,
      mtimeNs: 1_700_000_000_123_456_000n,
      ctimeNs: 3_000_000n,
      birthtimeNs: 4_000_000n,
      mountId: undefined
    })
  })

  it("have the exact inode number where it is known", () => {
    const large = attributesWith({ ino: 2 ** 60, exactIno: 2n ** 60n + 1n })
    expect([Attributes.exactly(large).ino, Attributes.inoOf(large)]).toEqual([2n ** 60n + 1n, 2n ** 60n + 1n])
    expect(Attributes.inoOf(attributesWith({ ino: 9 }))).toBe(9n)
  })
})

describe("a device number", () => {
  // The values are those of makedev(3).
  it.each([
    [0, 0, 0],
    [1, 3, 0x103],
    [8, 255, 0x8ff],
    [8, 256, 0x100800],
    [0xfff, 0xf_ffff, 0xffff_ffff]
  ])("of %i and %i is %i", (major, minor, number) => {
    expect(DeviceNumber.make(major, minor)).toBe(number)
  })
})
