/** Times of files as numbers and dates, which not every runtime sets as exactly (`fileSystem/times.ts`). */
import { temporary } from "@procfsroot/testkit/temporary"
import { symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { openRoot } from "../src/index.js"

/** Each is exact in binary, so no runtime rounds it. */
const times = [
  [1_700_000_000.125, 1_700_000_000_125_000_000n],
  [2 ** -6, 15_625_000n],
  [new Date(-1_500), -1_500_000_000n],
  [new Date(250), 250_000_000n]
] as const

const box = async () => {
  const directory = temporary()
  writeFileSync(`${directory.path}/f`, "text")
  symlinkSync("f", `${directory.path}/link`)
  const root = await openRoot(directory.path)
  return {
    root,
    timeOf: async (path: string) => (await root.directory.lstat(path)).mtimeNs,
    [Symbol.asyncDispose]: async () => {
      await root.close()
      directory[Symbol.dispose]()
    }
  }
}

describe.each(times)("%s", (time, expected) => {
  it("is set", async () => {
    await using made = await box()
    const { root: { promises }, timeOf } = made
    await promises.utimes("/f", time, time)
    await promises.lutimes("/link", time, time)
    expect([await timeOf("/f"), await timeOf("/link")]).toEqual([expected, expected])
  })

  it("is set for an open file and kept by a copy", async () => {
    await using made = await box()
    const { root: { promises }, timeOf } = made
    await using file = await promises.open("/f", "r+")
    await file.utimes(time, time)
    await promises.cp("/f", "/copy", { preserveTimestamps: true })
    expect([await timeOf("/f"), await timeOf("/copy")]).toEqual([expected, expected])
  })
})

it.each(["auto", "none"] as const)(
  "a copy keeps times before the first date, or gets it; native: %s",
  async (native) => {
    using memory = temporary("/dev/shm") // tmpfs stores such times
    await using root = await openRoot(memory.path)
    await using copying = await openRoot(memory.path, { native })
    writeFileSync(`${memory.path}/f`, "text")
    const first = -8_640_000_000_000n * 1_000_000_000n
    const early = -(2n ** 45n) * 1_000_000_000n // exact in binary
    const time = root.strategy.native?.name === "none" ? first : early
    await root.directory.lutimes("/f", time, time)
    await copying.promises.cp("/f", "/copy", { preserveTimestamps: true })
    expect((await root.directory.lstat("/copy")).mtimeNs).toBe(native === "none" ? first : time)
  }
)
