/** Times in nanoseconds, which Node's functions do not take. */
import { file, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const times = [4_000_000_000_123_456_789n, -1_700_000_000_999_999_999n] as const

describe("utimes of an open file", () => {
  it.skipIf(without(nativeCalls))("takes nanoseconds, also for a directory that is open for reading", async () => {
    using box = temporary()
    Fs.writeFileSync(`${box.path}/f`, "")
    Fs.mkdirSync(`${box.path}/d`)
    await using root = await openRoot(box.path)
    for (const name of ["f", "d"]) {
      await using opened = await root.promises.open(name, "r")
      await opened.utimes(...times)
      const { atimeNs, mtimeNs } = Fs.lstatSync(`${box.path}/${name}`, { bigint: true })
      expect([name, atimeNs, mtimeNs]).toEqual([name, ...times])
    }
  })

  it("keeps whole seconds and microseconds without native calls", async () => {
    using box = temporary()
    Fs.writeFileSync(`${box.path}/f`, "")
    await using root = await openRoot(box.path, { native: "none" })
    await using opened = await root.promises.open("/f", "r+")
    const kept = async (time: bigint) => {
      await opened.utimes(time, time)
      return Fs.fstatSync(opened.fd, { bigint: true }).mtimeNs
    }
    for (const whole of [0n, 1n, 1_700_000_000n, 4_000_000_000n]) {
      expect(await kept(whole * 1_000_000_000n + 999n)).toBe(whole * 1_000_000_000n)
    }
    for (let microseconds = 1_700_000_000_999_800n; microseconds < 1_700_000_001_000_000n; microseconds++) {
      expect(await kept(microseconds * 1_000n + 999n) / 1_000n).toBe(microseconds)
    }
  })

  it("keeps microseconds in memory", async () => {
    await using root = openMemoryRoot({ "/f": file("") })
    await using opened = await root.promises.open("/f", "r+")
    await opened.utimes(...times)
    const { atimeNs, mtimeNs } = await root.directory.lstat("/f")
    expect([atimeNs, mtimeNs]).toEqual([4_000_000_000_123_456_000n, -1_700_000_000_999_999_000n])
  })

  it("refuses a bigint that is not a time", async () => {
    await using root = openMemoryRoot({ "/f": file("") })
    await using opened = await root.promises.open("/f", "r+")
    await expect(opened.utimes(1n << 93n, 0n)).rejects.toMatchObject({ code: "EINVAL", syscall: "futime" })
  })
})
