/** Tests which memory copies use: the same again, but not at the same time. */
import * as Program from "@procfsroot/vfs/Program"
import { expect, it } from "vitest"
import { open } from "./toCopy.js"

const KIB = 1_024

/** Copies files of these sizes, and returns the memory into which each was read. */
const memoryOf = (sizes: ReadonlyArray<number>): ReadonlyArray<ArrayBufferLike> => {
  const used: Array<ArrayBufferLike> = []
  const fs = open(({ files }) => ({
    files: {
      ...files,
      read: (file, buffer, position) => {
        if (used.at(-1) !== buffer.buffer) used.push(buffer.buffer)
        return files.read(file, buffer, position)
      }
    }
  }))
  return sizes.flatMap((size) => {
    used.length = 0
    Program.runSync(fs.writeFile("/d/f", new Uint8Array(size), "w", 0o600))
    Program.runSync(fs.copyFile("/d/f", "/new"))
    return used.splice(0)
  })
}

it("copies use the same memory, until a file needs more", () => {
  const memory = memoryOf([1, 64 * KIB, 64 * KIB + 1, 3_000 * KIB, 1])
  expect(memory.map(({ byteLength }) => byteLength / KIB)).toEqual([64, 64, 1_024, 1_024, 1_024])
  expect(new Set(memory).size).toBe(2)
})

it("two copies at the same time use their own memory, of the size that they need", async () => {
  const used: Array<ArrayBufferLike> = []
  const fs = open(({ files }) => ({
    files: {
      ...files,
      read: (file, buffer, position) => {
        used.push(buffer.buffer)
        const value = Program.valueOf(files.read(file, buffer, position))
        return Program.call((done) => void setImmediate(() => done({ value })))
      }
    }
  }))
  await Promise.all(["/new", "/other"].map((to) => Program.runPromise(fs.copyFile("/d/f", to))))
  expect(used[0]).not.toBe(used[1])
  expect(used[1]?.byteLength).toBe("text".length)
})
