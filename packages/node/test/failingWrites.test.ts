/** Errors of file systems that fail only after a part is written. */
import { without } from "@procfsroot/testkit/judges"
import { limitedTmpfs } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { openMemoryRoot, openRoot } from "../src/index.js"

const BLOCK = 4_096
const FREE = 2 * BLOCK
const block = Buffer.alloc(BLOCK, "x")

/** The file of a stream, of which less is needed here than Node's handles have. */
interface Opened {
  readonly createWriteStream: () => Fs.WriteStream
}

/** Writes more than is free, in one call of `write` or of `writev`, and returns the error of the stream. */
const overfill = async (file: Opened, inParts: boolean): Promise<unknown> => {
  const stream = file.createWriteStream()
  const failed = once(stream, "error")
  stream.cork()
  for (const part of inParts ? [block, block, block] : [Buffer.concat([block, block, block])]) stream.write(part)
  stream.uncork()
  const [error] = await failed
  const { bytesWritten } = stream
  return { ...error, bytesWritten }
}

describe.each([true, false])("a stream of which only a part could be written, in several buffers: %s", (inParts) => {
  it("fails in memory", async () => {
    const root = openMemoryRoot({}, { limits: { freeBytes: FREE } })
    const error = await overfill(await root.promises.open("/f", "w"), inParts)
    expect(error).toMatchObject({ code: "ENOSPC", syscall: "write", bytesWritten: FREE })
    expect((await root.promises.stat("/f")).size).toBe(FREE)
  })

  it.skipIf(without("mountHere", "nodeFs")).each(
    [
      {},
      { native: "none" },
      { offMainThread: true }
    ] as const
  )("fails on a disk, as in Node: %o", async (options) => {
    using full = limitedTmpfs(`size=${FREE}`)
    const expected = await overfill(await Fs.promises.open(`${full.path}/f`, "w"), inParts)
    Fs.rmSync(`${full.path}/f`)
    await using root = await openRoot(full.path, options)
    expect(await overfill(await root.promises.open("/f", "w"), inParts)).toEqual(expected)
    expect(Fs.statSync(`${full.path}/f`).size).toBe(FREE)
  })
})

const LENGTH = 3_000_000

/** Replaces a file by data that is moved while the directory is read, and returns the error and the file's length. */
const moved = async (directory: string): Promise<readonly [message: string, length: number]> => {
  // So many that they are read on the thread pool, before anything is written.
  for (let i = 0; i < 4_000; i++) Fs.writeFileSync(`${directory}/a-long-name-${i}`, "")
  await using root = await openRoot(directory)
  Fs.writeFileSync(`${directory}/f`, "old")
  const buffer = new ArrayBuffer(LENGTH)
  const written = root.directory.writeFileAtomic("/f", new Uint8Array(buffer))
  structuredClone(buffer, { transfer: [buffer] })
  const message = await written.then(() => "", (error: unknown) => String(error))
  return [message, Fs.statSync(`${directory}/f`).size]
}

it("data that is moved to another thread before it is written is reported as a failed write", async () => {
  using first = temporary()
  using second = temporary()
  const failed = ["Error: EIO: i/o error, write", "old".length]
  const result = await moved(first.path)
  // A directory with the inode number of one that was read a moment ago, and is gone, is not read. That one is not gone.
  if (result[0] === "") expect(result[1]).toBe(LENGTH)
  expect(result[0] === "" ? await moved(second.path) : result).toEqual(failed)
})
