/** Open files: owners and lists of buffers have the same results as with Node's own file system. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { once } from "node:events"
import { chmodSync, readdirSync, readlinkSync, statSync } from "node:fs"
import { expect, it } from "vitest"
import { codeOf, itIsAsOverNode, type Program } from "./asOverNode.js"
import { box } from "./box.js"
import { rejection } from "./rejection.js"

/** An array whose second element is missing. */
const withHole = () => Object.assign([Buffer.alloc(1)], { length: 2 })

const programs: Readonly<Record<string, Program>> = {
  "owners": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w")
    const owners = async (uid: number, gid: number) => {
      const code = await codeOf(file.chown(uid, gid))
      const stats = await file.stat()
      return [code, stats.uid, stats.gid]
    }
    await file.chmod(0o6755)
    const { mode } = await file.stat()
    const answers = [
      await owners(1_000, 1_001),
      // chown has cleared the set-id bits.
      [mode, (await file.stat()).mode],
      await owners(-1, 7),
      await owners(8, -1),
      await owners(2 ** 32 - 1, 2 ** 32 - 1),
      await owners(-2, 0),
      await owners(0, 2 ** 32),
      await owners(1.5, 0),
      await owners("0" as unknown as number, 0)
    ]
    await file.close()
    const read = await fs.open(`${base}/f`, "r")
    const changed = await codeOf(read.chown(0, 0))
    await read.close()
    return [answers, changed, (await fs.stat(`${base}/f`)).uid, await codeOf(read.chown(0, 0))]
  },
  "closing while calls are running": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w+")
    const write = async (text: string, at: number) => {
      const { bytesWritten } = await file.write(Buffer.from(text), 0, text.length, at)
      return bytesWritten
    }
    const before = [write("ab", 0), write("cd", 2)]
    const closed = file.close()
    const isOpen = file.fd !== -1
    // The file is still open, since the calls before have not ended.
    const after = write("ef", 4)
    await closed
    const content = await fs.readFile(`${base}/f`, "utf8")
    return [isOpen, file.fd, content, await Promise.all([...before, after]), await codeOf(file.stat())]
  },
  "closing while whole contents are written": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w")
    const written = [file.appendFile("content")]
    await file.close()
    const pieces = await fs.open(`${base}/pieces`, "w")
    let resume = () => {}
    const isWriting = new Promise<void>((resolve) => {
      const data = async function*() {
        yield "a"
        resolve()
        await new Promise<void>((go) => resume = go)
        yield "b"
      }
      written.push(pieces.writeFile(data() as unknown as string)) // missing in the type
    })
    await isWriting
    const closed = pieces.close()
    const isOpen = pieces.fd !== -1
    resume()
    await closed
    const contents = [await fs.readFile(`${base}/f`, "utf8"), await fs.readFile(`${base}/pieces`, "utf8")]
    return [isOpen, contents, await Promise.allSettled(written)]
  },
  "the position after a write that appends": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "one")
    await using file = await fs.open(`${base}/f`, "a+")
    const read = async () => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(9))
      return buffer.toString("utf8", 0, bytesRead)
    }
    const first = await file.read(Buffer.alloc(2))
    await file.write("two")
    const afterWrite = await read()
    await fs.appendFile(`${base}/f`, "three")
    const others = await read()
    await file.write("", 0)
    await file.write("four", 0)
    await file.appendFile("five")
    return [first.bytesRead, afterWrite, others, await read(), await fs.readFile(`${base}/f`, "utf8")]
  },
  "the position after the file is cut off": async (fs, base) => {
    await using file = await fs.open(`${base}/f`, "w+")
    await file.writeFile("0123456789")
    await file.truncate(4)
    await file.writev([Buffer.from("a"), Buffer.from("b")])
    return [await file.readFile("utf8"), await fs.readFile(`${base}/f`)]
  },
  "several buffers": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w+")
    const written = [
      await file.writev([Buffer.from("0123"), new Uint16Array([0x6161, 0x6262]), Buffer.alloc(0)]),
      await file.writev([Buffer.from("X"), Buffer.from("YZ")], 2),
      await file.writev([new DataView(new ArrayBuffer(3), 1)]),
      await file.writev([])
    ].map(({ buffers, bytesWritten }) => [bytesWritten, buffers.map((buffer) => buffer.byteLength)])
    const read = async (sizes: ReadonlyArray<number>, position?: number) => {
      const { buffers, bytesRead } = await file.readv(sizes.map((size) => Buffer.alloc(size, ".")), position)
      return [bytesRead, buffers.map(String)]
    }
    const answers = [
      await read([2, 3], 0),
      await read([3], 1),
      await read([4, 0, 4, 9], 4), // ends in the third
      await read([1, 1], 100),
      await read([1, 1]), // at the end
      await read([0], 0),
      await codeOf(file.readv([], 0)),
      await codeOf(file.readv("x" as unknown as [])),
      await codeOf(file.readv(["x"] as unknown as [])),
      await codeOf(file.writev([{}] as unknown as [])),
      await codeOf(file.readv(withHole())),
      await codeOf(file.writev(withHole()))
    ]
    const shared = new Uint32Array(3).fill(0x2e2e2e2e)
    await file.readv([shared.subarray(1, 2), Buffer.alloc(1)], 0)
    await file.close()
    return {
      written,
      answers,
      shared,
      all: await fs.readFile(`${base}/f`),
      closed: [await codeOf(file.readv([Buffer.alloc(1)])), await codeOf(file.writev([]))]
    }
  },
  "several buffers at other positions": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "0123456789")
    await using file = await fs.open(`${base}/f`, "r+")
    const answers: Array<string> = []
    for (const position of [-1, -5, 1.5, 2 ** 60, 3n, "3", null, Number.NaN]) {
      const { buffers } = await file.readv([Buffer.alloc(1), Buffer.alloc(0)], position as number)
      answers.push(buffers.map(String).join())
    }
    await file.writev([Buffer.from("!")], -5)
    return [answers, await fs.readFile(`${base}/f`, "utf8")]
  },
  "thousands of reads and writes that wait for the first one": async (fs, base) => {
    const text = "0123456789".repeat(300)
    await fs.writeFile(`${base}/f`, text)
    await using file = await fs.open(`${base}/f`, "r+")
    const cut = file.truncate(text.length)
    const parts = await Promise.all(Array.from(text, () => file.read(Buffer.alloc(1), 0, 1)))
    await cut
    await using other = await fs.open(`${base}/g`, "w+")
    const empty = other.truncate(0)
    await Promise.all(Array.from(text, () => other.write("x")))
    await empty
    // Node makes the reads in any order.
    return [parts.filter(({ buffer }) => String(buffer) === "7").length, (await other.stat()).size]
  },
  "several buffers at once": async (fs, base) => {
    await using file = await fs.open(`${base}/f`, "a+")
    await Promise.all(["a", "b", "c"].map((letter) => file.writev([1, 2, 3].map(() => Buffer.from(letter)), 0)))
    const together = (await fs.readFile(`${base}/f`, "utf8")).match(/(.)\1\1/g)?.toSorted()
    const parts = await Promise.all([1, 2, 3].map(() => file.readv([Buffer.alloc(1), Buffer.alloc(2)])))
    const read = parts.map(({ buffers }) => buffers.map(String).join(""))
    return [together, read.every((text) => together?.includes(text)), new Set(read).size]
  },
  "buffers that were transferred, which are empty": async (fs, base) => {
    const transferred = () => {
      const bytes = new Uint8Array(3)
      structuredClone(bytes, { transfer: [bytes.buffer] })
      return bytes
    }
    await using file = await fs.open(`${base}/f`, "w+")
    await file.writeFile("0123")
    return [
      (await file.read(transferred(), 0, 0, 0)).bytesRead,
      (await file.read({ buffer: transferred(), position: 0 })).bytesRead,
      (await file.readv([transferred(), Buffer.alloc(2)], 0)).bytesRead,
      (await file.write(transferred())).bytesWritten,
      (await file.writev([transferred(), Buffer.from("45")])).bytesWritten,
      await fs.readFile(`${base}/f`, "utf8")
    ]
  },
  "several buffers of files that do not allow it": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "x")
    await using toWrite = await fs.open(`${base}/f`, "w")
    await using toRead = await fs.open(`${base}/f`)
    await using directory = await fs.open(base === "" ? "/" : base)
    const buffers = [Buffer.alloc(1), Buffer.alloc(1)]
    return [
      await codeOf(toWrite.readv(buffers)),
      await codeOf(toRead.writev(buffers)),
      await codeOf(toRead.writev([Buffer.alloc(0)])),
      await codeOf(directory.readv(buffers, 0))
    ]
  }
}

itIsAsOverNode(programs)

it("close may be passed as a function", async () => {
  await using root = openMemoryRoot({ "/f": "text" })
  const file = await root.promises.open("/f")
  expect(await file.readFile("utf8").finally(file.close)).toBe("text")
  expect(await codeOf(file.stat())).toBe("EBADF")
})

it("a write that is aborted while it waits for the end of its data rejects", async () => {
  await using root = openMemoryRoot({})
  const abort = new AbortController()
  const data = async function*() {
    yield "content"
    abort.abort("enough")
  }
  expect(await rejection(root.promises.writeFile("/f", data(), { signal: abort.signal }))).toBe("enough")
})

/** Whether this process has the file open. */
const isOpen = (path: string): boolean =>
  readdirSync("/proc/self/fd").some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false // closed by now
    }
  })

it.each([false, true])("the descriptor is closed once the file is, off the main thread: %s", async (offMainThread) => {
  using directory = box()
  await using root = await openRoot(directory.path, { offMainThread })
  for (const flag of ["r", "r+"]) {
    const file = await root.promises.open("/f", flag)
    expect(isOpen(`${directory.path}/f`)).toBe(true)
    await file.close()
    expect(isOpen(`${directory.path}/f`)).toBe(false)
  }
  const file = await root.promises.open("/f")
  await once(file.createReadStream().resume(), "close")
  expect(isOpen(`${directory.path}/f`)).toBe(false)
})

it.each([false, true])(
  "a file of a root that is read-only keeps its mode and times, off the main thread: %s",
  async (off) => {
    using directory = box()
    chmodSync(`${directory.path}/f`, 0o640)
    const before = statSync(`${directory.path}/f`)
    await using root = await openRoot(directory.path, { readOnly: true, offMainThread: off })
    await using file = await root.promises.open("/f")
    expect(await rejection(file.chmod(0o600))).toMatchObject({ code: "EROFS" })
    expect(await rejection(file.utimes(1, 1))).toMatchObject({ code: "EROFS" })
    expect(await rejection(file.chown(before.uid, before.gid))).toMatchObject({ code: "EROFS" })
    expect(statSync(`${directory.path}/f`)).toEqual(before)
  }
)

it.each([{ native: "auto" }, { native: "none" }, { offMainThread: true }] as const)(
  "an open file is synced with or without its attributes: %o",
  async (options) => {
    // The kernel syncs no devices like this one, and the error shows which call failed.
    await using root = await openRoot("/dev", options)
    await using file = await root.promises.open("/null", "r+")
    const refused = { code: "EINVAL", errno: -22 }
    expect(await rejection(file.sync())).toMatchObject({ ...refused, syscall: "fsync" })
    expect(await rejection(file.datasync())).toMatchObject({ ...refused, syscall: "fdatasync" })
  }
)
