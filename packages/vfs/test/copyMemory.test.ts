/** Tests which memory copies use: the same again, but not at the same time. */
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import * as Program from "@procfsroot/vfs/Program"
import { expect, it } from "vitest"

const path = "../src/internal/copyFile.js"

type CopyFile = typeof import("../src/internal/copyFile.js")

/** A copy of the module that has no memory yet. It is the same module. */
const loaded = async (name: string): Promise<CopyFile> => await import(`${path}?${name}`) as CopyFile

const KIB = 1_024

/** Files are numbers, and reading one returns all bytes that it is asked for. `used` gets the memory of each read. */
const reading = (used: Array<ArrayBufferLike>, read: (length: number) => Program.Now<number>) =>
  ({
    read: (_, buffer) => {
      if (used.at(-1) !== buffer.buffer) used.push(buffer.buffer)
      return read(buffer.length)
    },
    write: (_, bytes) => bytes.length
  }) satisfies Partial<FileOperations<number>> as unknown as FileOperations<number> // a copy uses no more

it("copies use the same memory, until a file needs more", async () => {
  const { copyData } = await loaded("again")
  const used: Array<ArrayBufferLike> = []
  const memory = [64 * KIB, 64 * KIB, 1, 64 * KIB + 1, 3_000 * KIB, 1].flatMap((size) => {
    expect(Program.runSync(copyData(reading(used, (length) => length), 0, 1, size))).toBe(size)
    return used.splice(0)
  })
  expect(memory.map(({ byteLength }) => byteLength / KIB)).toEqual([64, 64, 64, 1_024, 1_024, 1_024])
  expect(new Set(memory).size).toBe(2)
})

it("two copies at the same time use their own memory, of the size that they need", async () => {
  const { copyData } = await loaded("at-once")
  const used: Array<ArrayBufferLike> = []
  const files = reading(used, (length) => Program.call((done) => void setImmediate(() => done({ value: length }))))
  await Promise.all([1, 2].map(() => Program.runPromise(copyData(files, 0, 1, 4))))
  expect(used.map(({ byteLength }) => byteLength)).toEqual([64 * KIB, 4])
})
