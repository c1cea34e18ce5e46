/** Compares times in memory with what Node and the kernel make of them. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { describe, expect, it } from "vitest"
import { type Fs, runs } from "./fileSystems.js"

const timesOf = async (fs: Fs, path: string) => {
  const [numbers, exact] = [await fs.stat(path), await fs.stat(path, { bigint: true })]
  return [numbers.atimeMs, numbers.mtimeMs, exact.atimeNs, exact.mtimeNs]
}

describe("times that are set", () => {
  const seconds = [1.123456789, 1.9999999, 0.0000019, 1e-9, 0.1, 0.123, 1_722_222_222.123456, 4_000_000_000.5, 2 ** 33]
  const dates = [new Date(1_123), new Date(-1_500), new Date(-1), new Date(0), new Date("2038-01-19T03:14:08Z")]

  it.each(["kernel", "walk", "memory"] as const)("are cut to microseconds, as by Node: %s", async (name) => {
    const set = async (fs: Fs, base: string) => {
      const path = `${base}/file`
      await fs.writeFile(path, "")
      const found = []
      for (const time of [...seconds, ...dates]) {
        await fs.utimes(path, time, time)
        found.push([time, ...await timesOf(fs, path)])
      }
      await using file = await fs.open(path, "r+")
      await file.utimes(3.3333333, 2.9999999)
      return [...found, await timesOf(fs, path)]
    }
    expect(await runs[name](set)).toEqual(await runs.node(set))
  })

  it("keep the millisecond of a date", async () => {
    await using root = openMemoryRoot({ "/f": "" })
    for (let i = 0; i < 1_000; i++) {
      const date = new Date(1_722_222_222_123 + i * 987_654_321)
      root.sync.utimesSync("/f", date, date)
      expect(root.sync.statSync("/f").mtimeMs).toBe(date.getTime())
      expect(root.sync.statSync("/f", { bigint: true }).mtimeNs).toBe(BigInt(date.getTime()) * 1_000_000n)
    }
  })
})
