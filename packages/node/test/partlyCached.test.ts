/** A read of which only a part is in the page cache: the rest is read by waiting for it. */
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { closeSync, openSync, readSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import { fileOperations } from "../src/internal/fileSystem/fileOperations.js"
import { procfsCalls } from "../src/internal/procfs/systemCalls.js"

/** How much of each call is in the page cache, until a call would have to wait. */
const readingWith = (...cached: ReadonlyArray<number>) => {
  const left = [...cached]
  return fileOperations({
    ...procfsCalls,
    readNow: (fd, bytes, position) => {
      const most = left.shift()
      return most === undefined ? undefined : readSync(fd, bytes, 0, Math.min(most, bytes.length), position ?? null)
    }
  })
}

it.each([undefined, 0])("returns as much as is asked for, at the position %s", async (position) => {
  using box = temporary()
  writeFileSync(`${box.path}/f`, "0123456789")
  const fd = openSync(`${box.path}/f`, "r")
  try {
    const read = async (size: number, ...cached: ReadonlyArray<number>): Promise<string> => {
      const buffer = new Uint8Array(size)
      const { read } = readingWith(...cached)
      const length = await Program.runPromise(Program.sync(() => read(fd, buffer, position)))
      return Buffer.from(buffer.subarray(0, length)).toString()
    }
    const first = await read(6, 2)
    expect(first).toBe("012345")
    expect(await read(20, 1, 2)).toBe(position === undefined ? "6789" : "0123456789")
  } finally {
    closeSync(fd)
  }
})

it("fails only if nothing was in the page cache", async () => {
  // Nothing is mapped at the beginning of the memory of a process, so a read fails with EIO.
  const fd = openSync("/proc/self/mem", "r")
  try {
    const read = (...cached: ReadonlyArray<number>): Promise<number> => {
      const left = [...cached]
      const files = fileOperations({ ...procfsCalls, readNow: () => left.shift() })
      // Less would be read without the thread pool.
      return Program.runPromise(Program.sync(() => files.read(fd, new Uint8Array(70_000), 0)))
    }
    await expect(read()).rejects.toMatchObject({ code: "EIO" })
    expect(await read(2)).toBe(2)
  } finally {
    closeSync(fd)
  }
})
