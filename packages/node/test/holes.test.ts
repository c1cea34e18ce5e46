/** Finds the data between the holes of files. The kernel's own answers on a tmpfs are those for trees in memory. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import type { FileHandle } from "@procfsroot/node/Promises"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import { constants } from "node:os"
import { describe, expect, it } from "vitest"
import { bindHoles } from "../src/internal/native/holes.js"
import type { Library } from "../src/internal/native/library.js"
import { rejection } from "./rejection.js"
import { nativeCalls } from "./nativeCalls.js"

const noTmpfs = judge(() => memoryDirectory === undefined ? "there is no tmpfs" : undefined)

const BLOCK = 4_096

const extentsOf = async (file: FileHandle): Promise<ReadonlyArray<Extent>> => {
  const found: Array<Extent> = []
  for (let part = await file.nextData(0); part !== undefined; part = await file.nextData(part.end)) found.push(part)
  return found
}

describe.skipIf(without(noTmpfs))("the data of a file on a tmpfs", () => {
  const opened = async (options: { readonly native?: "none"; readonly offMainThread?: boolean } = {}) => {
    const box = temporary(memoryDirectory)
    return { box, root: await openRoot(box.path, options) }
  }

  const begins = "begins and ends with whole blocks, and the position stays"
  it.skipIf(without(nativeCalls)).each([false, true])(`${begins}; off the main thread: %s`, async (offMainThread) => {
    const { box, root } = await opened({ offMainThread })
    using _ = box
    await using _root = root
    await using file = await root.promises.open("/f", "w+")
    await file.write("start")
    await file.write("data", 2 ** 40 + 7)
    await file.truncate(2 ** 41)
    expect(await extentsOf(file)).toEqual([
      { start: 0, end: BLOCK },
      { start: 2 ** 40, end: 2 ** 40 + BLOCK }
    ])
    expect(await file.nextData(3)).toEqual({ start: 3, end: BLOCK })
    expect(await file.nextData(2 ** 42)).toBeUndefined()
    await file.write("ed")
    expect((await file.read(Buffer.alloc(8), 0, 8, 0)).buffer.toString("latin1")).toBe("started\0")
  })

  it.skipIf(without(nativeCalls))("is the same in memory, after random writes and truncations", async () => {
    let state = 11
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below
    const { box, root } = await opened()
    using _ = box
    await using _root = root
    await using tree = openMemoryRoot({})
    await using onDisk = await root.promises.open("/f", "w+")
    await using inMemory = await tree.promises.open("/f", "w+")
    for (let i = 0; i < 300; i++) {
      const [at, length, cuts] = [random(40 * BLOCK), 1 + random(2 * BLOCK), random(5) === 0]
      for (const file of [onDisk, inMemory]) {
        if (cuts) await file.truncate(at)
        else await file.write(Buffer.alloc(length, "x"), 0, length, at)
      }
      expect(await extentsOf(inMemory)).toEqual(await extentsOf(onDisk))
      const from = random(44 * BLOCK)
      expect(await inMemory.nextData(from)).toEqual(await onDisk.nextData(from))
    }
  })

  it.each([false, true])("is all of the file without native calls; off the main thread: %s", async (offMainThread) => {
    const { box, root } = await opened({ native: "none", offMainThread })
    using _ = box
    await using _root = root
    await using file = await root.promises.open("/f", "w+")
    await file.truncate(10 * BLOCK)
    expect(await extentsOf(file)).toEqual([{ start: 0, end: 10 * BLOCK }])
    expect(await file.nextData(BLOCK + 1)).toEqual({ start: BLOCK + 1, end: 10 * BLOCK })
    expect(await file.nextData(10 * BLOCK)).toBeUndefined()
  })
})

describe.skipIf(without(nativeCalls))("offsets, and files without holes", () => {
  const each: ReadonlyArray<readonly [string, (path: string) => Promise<OpenRoot>]> = [
    ["on a disk", (path) => openRoot(path)],
    ["off the main thread", (path) => openRoot(path, { offMainThread: true })],
    ["in memory", async () => openMemoryRoot({})]
  ]

  it.each(each)("are refused: %s", async (_, open) => {
    using box = temporary()
    await using root = await open(box.path)
    const file = await root.promises.open("/f", "w+")
    for (const from of [-1, 1.5, Number.NaN, 2 ** 53]) {
      expect(await rejection(file.nextData(from))).toMatchObject({ code: "ERR_OUT_OF_RANGE" })
    }
    await file.close()
    expect(await rejection(file.nextData(0))).toMatchObject({ code: "EBADF", syscall: "lseek" })
    await root.directory.makeNode("/fifo", { type: "FIFO" })
    await using fifo = await root.promises.open("/fifo", "r+")
    expect(await rejection(fifo.nextData(0))).toMatchObject({ code: "ESPIPE", syscall: "lseek" })
  })
})

describe("what a file system answers to lseek", () => {
  const { EINVAL, EIO, ENXIO } = constants.errno
  const [SEEK_DATA, SEEK_HOLE] = [3, 4]

  /** Calls with the result of each `whence`; a negative one is an errno. */
  const finding = (results: Readonly<Record<number, number>>) => {
    let last = 0
    const library: Pick<Library, "declareLong" | "errno" | "long"> = {
      declareLong: () => (_fd, _offset, whence) => {
        last = results[Number(whence)] ?? 0
        return last < 0 ? -1 : last
      },
      errno: () => -last,
      long: Number
    }
    return bindHoles(library as Library) // only these are used
  }

  it("is that it does not know holes, and the end is reached", () => {
    expect(finding({ [SEEK_DATA]: -EINVAL })(3, 100, () => 100)).toBeUndefined()
  })

  it.each([
    ["cannot make a caller go back", { [SEEK_DATA]: 5, [SEEK_HOLE]: 200 }, { start: 10, end: 100 }],
    ["cannot make a caller stay where it is", { [SEEK_DATA]: 10, [SEEK_HOLE]: 10 }, { start: 10, end: 100 }],
    ["is that it does not know holes", { [SEEK_DATA]: -EINVAL }, { start: 10, end: 100 }],
    ["is that there is no more data", { [SEEK_DATA]: -ENXIO }, undefined],
    ["is that the file was cut off", { [SEEK_DATA]: 10, [SEEK_HOLE]: -ENXIO }, undefined]
  ])("%s", (_, results, expected) => {
    expect(finding(results)(3, 10, () => 100)).toEqual(expected)
  })

  it("is an error", () => {
    expect(() => finding({ [SEEK_DATA]: -EIO })(3, 10, () => 100)).toThrow(expect.objectContaining({ code: "EIO" }))
    expect(() => finding({ [SEEK_DATA]: 10, [SEEK_HOLE]: -EIO })(3, 10, () => 100)).toThrow(
      expect.objectContaining({ code: "EIO" })
    )
  })
})
