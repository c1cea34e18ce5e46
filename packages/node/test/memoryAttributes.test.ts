/** Compares times and space in memory with what Node and the kernel make of them on a tmpfs. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as NodePromises from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { type Fs, runs } from "./fileSystems.js"

const noTmpfs = judge(() => memoryDirectory === undefined ? "there is no tmpfs" : undefined)

interface Time {
  readonly ms: number
  readonly ns: bigint
}

const timesOf = async (fs: Fs, path: string): Promise<ReadonlyArray<Time>> => {
  const [numbers, exact] = [await fs.stat(path), await fs.stat(path, { bigint: true })]
  return [{ ms: numbers.atimeMs, ns: exact.atimeNs }, { ms: numbers.mtimeMs, ns: exact.mtimeNs }]
}

describe("times that are set", () => {
  const seconds = [1.123456789, 1.9999999, 0.0000019, 1e-9, 0.1, 0.123, 1_722_222_222.123456, 4_000_000_000.5, 2 ** 33]
  const dates = [new Date(1_123), new Date(-1_500), new Date(-1), new Date(0), new Date("2038-01-19T03:14:08Z")]

  const set = async (fs: Fs, base: string) => {
    const path = `${base}/file`
    await fs.writeFile(path, "")
    const found = []
    for (const time of [...seconds, ...dates]) {
      await fs.utimes(path, time, time)
      found.push(await timesOf(fs, path))
    }
    await using file = await fs.open(path, "r+")
    await file.utimes(3.3333333, 2.9999999)
    return [...found, await timesOf(fs, path)]
  }

  it.each(["kernel", "walk"] as const)("are those that Node sets: %s", async (name) => {
    expect(await runs[name](set)).toEqual(await runs.node(set))
  })

  // As Node 20 and 22 do. Newer versions keep nanoseconds.
  it("are cut to microseconds in memory", async () => {
    const cut = (times: ReadonlyArray<Time>) =>
      times.map(({ ms, ns }) => ({ ms: Math.floor(ms * 1_000) / 1_000, ns: ns - (ns % 1_000n + 1_000n) % 1_000n }))
    expect(await runs.memory(set)).toEqual((await runs.node(set)).map(cut))
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

describe.skipIf(without(noTmpfs))("the blocks of a file", () => {
  const BLOCK = 4_096

  const onTmpfs = async <A>(program: (fs: Fs, base: string) => Promise<A>): Promise<A> => {
    using box = temporary(memoryDirectory)
    return await program(NodePromises, box.path)
  }

  it("are those of a tmpfs for each kind of file", async () => {
    const kinds = async (fs: Fs, base: string) => {
      const found: Array<readonly [name: string, blocks: number | bigint]> = []
      const blocks = async (name: string) => found.push([name, (await fs.lstat(`${base}/${name}`)).blocks])
      await fs.mkdir(`${base}/directory`)
      await fs.writeFile(`${base}/directory/in`, "")
      await blocks("directory")
      for (const length of [1, 126, 127, 128, 4_000]) {
        await fs.symlink("t".repeat(length), `${base}/link${length}`)
        await blocks(`link${length}`)
      }
      for (const size of [0, 1, 512, BLOCK, BLOCK + 1, 3 * BLOCK]) {
        await fs.writeFile(`${base}/file${size}`, Buffer.alloc(size))
        await blocks(`file${size}`)
      }
      return found
    }
    expect(await runs.memory(kinds)).toEqual(await onTmpfs(kinds))
  })

  it("do not include holes, after random writes and truncations", async () => {
    const changes = (seed: number) => async (fs: Fs, base: string) => {
      let state = seed
      const random = (below: number) => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        return (state >>> 8) % below
      }
      await using file = await fs.open(`${base}/file`, "w+")
      const found = []
      for (let i = 0; i < 60; i++) {
        const at = random(20) * BLOCK + random(3) * (BLOCK / 2)
        if (random(3) === 0) await file.truncate(at)
        else await file.write(Buffer.alloc(1 + random(3 * BLOCK)), 0, undefined, at)
        const { blocks, size } = await file.stat()
        found.push([size, blocks])
      }
      return found
    }
    for (let seed = 1; seed <= 30; seed++) {
      expect([seed, await runs.memory(changes(seed))]).toEqual([seed, await onTmpfs(changes(seed))])
    }
  })

  it("stay the same when the content becomes part of a snapshot", async () => {
    await using root = openMemoryRoot({ "/f": "" })
    await root.promises.truncate("/f", 5 * BLOCK)
    root.snapshot()
    expect((await root.promises.stat("/f")).blocks).toBe(0)
    await using file = await root.promises.open("/f", "r+")
    await file.write("x", 2 * BLOCK)
    expect((await file.stat()).blocks).toBe(8)
  })
})
