/** Programs that read and write with an `fs` that they take as an argument: their results are those of Node's own. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import type { Promises } from "@procfsroot/node/Promises"
import { constants } from "node:fs"
import { describe, expect, it } from "vitest"
import { codeOf, errorOf, failureOf, itIsAsOverNode, type Program } from "./asOverNode.js"
import { box } from "./box.js"

const programs: Readonly<Record<string, Program>> = {
  "encodings of contents": async (fs, base) => {
    const path = `${base}/f`
    await fs.writeFile(path, "c3a42020", "hex")
    await fs.appendFile(path, "ö", { encoding: "latin1" })
    await fs.writeFile(path, new Uint16Array([0x6161]), { flag: "a" })
    return [
      await fs.readFile(path),
      await fs.readFile(path, null),
      await fs.readFile(path, "base64"),
      await fs.readFile(path, { encoding: "utf8" }),
      await codeOf(fs.readFile(path, "none" as BufferEncoding))
    ]
  },
  "data in pieces": async (fs, base) => {
    const later = async function*() {
      yield "a"
      yield Buffer.from("b")
    }
    await fs.writeFile(`${base}/f`, later())
    await fs.writeFile(`${base}/g`, ["x", "", "y"], { flush: true })
    await fs.writeFile(`${base}/h`, "z", { flush: true, flag: "wx" })
    return Promise.all(["f", "g", "h"].map((name) => fs.readFile(`${base}/${name}`, "utf8")))
  },
  "flags and modes": async (fs, base) => {
    const path = `${base}/f`
    const { O_CREAT, O_NOFOLLOW, O_RDWR } = fs.constants
    await fs.writeFile(path, "one", { flag: "wx", mode: 0o600 })
    await fs.writeFile(path, "two", { flag: "a" })
    await fs.symlink("f", `${base}/l`)
    await (await fs.open(`${base}/n`, O_RDWR | O_CREAT, "640")).close()
    return [
      await errorOf(fs.writeFile(path, "three", { flag: "wx" })),
      await errorOf(fs.writeFile(path, "three", { flag: "xw" })),
      await codeOf(fs.open(path, "q")),
      await codeOf(fs.open(path, "r", "9")),
      await errorOf(fs.open(`${base}/l`, O_RDWR | O_NOFOLLOW)),
      (await fs.stat(path)).mode,
      (await fs.stat(`${base}/n`)).mode,
      await fs.readFile(path, { encoding: "utf8", flag: "r+" })
    ]
  },
  "an open file": async (fs, base) => {
    const path = `${base}/f`
    await using file = await fs.open(path, "w+", 0o644)
    const written = [
      await file.write("0123456789"),
      await file.write(Buffer.from("abcd"), 1, 2, 4),
      await file.write("XY", 0, "utf8"),
      await file.write(Buffer.from("zzz"), 2),
      await file.write(Buffer.alloc(0))
    ].map(({ bytesWritten, buffer }) => [bytesWritten, String(buffer)])
    const buffer = Buffer.alloc(4, ".")
    const read = [
      (await file.read(buffer, 1, 2, 3)).bytesRead,
      buffer.toString(),
      (await file.read({ buffer, position: 0 })).bytesRead,
      buffer.toString(),
      (await file.read(buffer, { position: -1 })).bytesRead,
      await codeOf(file.read(buffer, 5)),
      await codeOf(file.read(buffer, 0, 5))
    ]
    await file.truncate(4)
    // The position does not change, so it is now after the end.
    await file.write("!")
    await file.appendFile("?")
    const end = await file.readFile("utf8")
    await file.utimes(1_000_000_000, new Date(1_000_000_001_000))
    await file.chmod(0o600)
    const { atimeMs, mode, mtimeMs, size } = await file.stat()
    await file.sync()
    return { written, read, end, stat: [atimeMs, mode, mtimeMs, size], all: await fs.readFile(path) }
  },
  "a file that is read from its current position": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "0123456789")
    await using file = await fs.open(`${base}/f`)
    const { bytesRead, buffer } = await file.read(Buffer.alloc(3))
    return [bytesRead, buffer.toString(), await file.readFile("utf8"), await file.readFile()]
  },
  "a closed file": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w")
    await file.close()
    await file.close()
    const calls = [
      file.stat(),
      file.read(Buffer.alloc(1)),
      file.readv([Buffer.alloc(1)]),
      file.readFile(),
      file.write("x"),
      file.write(Buffer.alloc(0)),
      file.writev([]),
      file.writeFile(""),
      file.appendFile("x"),
      file.chmod(0o600),
      file.utimes(Number.NaN, 1),
      file.truncate()
    ]
    return Promise.all(calls.map(failureOf))
  },
  "empty and incomplete data": async (fs, base) => {
    await using file = await fs.open(`${base}/f`, "w")
    await using toRead = await fs.open(`${base}/f`)
    return [
      await failureOf(file.write("")),
      await codeOf(file.write("abc", 0, "hex")),
      await codeOf(file.write("abcd", 0, "hex")),
      await failureOf(toRead.write("")),
      await failureOf(toRead.write("", 3)),
      await failureOf(toRead.write(Buffer.alloc(0))),
      await failureOf(toRead.writeFile(""))
    ]
  }
}

itIsAsOverNode(programs)

/** The option `buffer`, which only newer versions of Node and of its types have. */
describe("a content that is read into a buffer of the caller", () => {
  const readers = () => {
    const { promises, sync } = openMemoryRoot({ "/f": "content" })
    const all: ReadonlyArray<readonly [name: string, read: (options: object) => Promise<unknown>]> = [
      ["by a path", (options) => promises.readFile("/f", options)],
      ["with a flag", (options) => promises.readFile("/f", { ...options, flag: "a+" })],
      ["of an open file", async (options) => {
        await using file = await promises.open("/f")
        return await file.readFile(options)
      }],
      ["synchronously", async (options) => sync.readFileSync("/f", options)]
    ]
    return all
  }

  it.each(readers())("is in that buffer, %s", async (_, read) => {
    const buffer = new Uint16Array(new ArrayBuffer(10), 2)
    const content = await read({ buffer })
    expect(content).toEqual(Buffer.from("content"))
    expect(content).toMatchObject({ buffer: buffer.buffer, byteOffset: 2 })
    expect(await read({ buffer: (size: number) => Buffer.alloc(size + 1), encoding: "latin1" })).toBe("content")
  })

  it.each(readers())("is an error if it is too large, or if that is not a buffer, %s", async (_, read) => {
    expect(await codeOf(read({ buffer: Buffer.alloc(6) }))).toBe("ERR_INVALID_ARG_VALUE")
    expect(await codeOf(read({ buffer: () => Buffer.alloc(6) }))).toBe("ERR_INVALID_ARG_VALUE")
    for (const buffer of [null, 5, new ArrayBuffer(9), () => "x"]) {
      expect(await codeOf(read({ buffer }))).toBe("ERR_INVALID_ARG_TYPE")
    }
  })
})

describe("a buffer that the caller moves to another thread as soon as it has the promise", () => {
  const moving = async (write: (bytes: Uint8Array) => Promise<void>) => {
    const bytes = new Uint8Array(10).fill(65)
    const writing = write(bytes)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    await writing
  }

  const inEachRoot = async (test: (fs: Promises) => Promise<void>) => {
    using directory = box()
    await test(openMemoryRoot({ "/f": "before" }).promises)
    for (const offMainThread of [false, true]) {
      await using root = await openRoot(directory.path, { offMainThread })
      await test(root.promises)
    }
  }

  it("is written whole, by a path or to an open file", async () => {
    await inEachRoot(async (promises) => {
      await using file = await promises.open("/f", "w")
      await moving((bytes) => file.writeFile(bytes))
      await moving((bytes) => file.appendFile(bytes))
      expect(await promises.readFile("/f", "latin1")).toBe("A".repeat(20))
      await moving((bytes) => promises.writeFile("/f", bytes))
      await moving((bytes) => promises.appendFile("/f", bytes))
      expect(await promises.readFile("/f", "latin1")).toBe("A".repeat(20))
    })
  })

  it("is EIO if it is gone after a delay", async () => {
    const { promises } = openMemoryRoot({ "/f": "" }, { faults: [{ method: "writeFile", delay: 1 }] })
    await using file = await promises.open("/f", "w")
    expect(await codeOf(moving((bytes) => file.writeFile(bytes)))).toBe("EIO")
    expect(await codeOf(moving((bytes) => promises.writeFile("/f", bytes)))).toBe("EIO")
  })

  it("is EIO if it is gone when the file is open", async () => {
    await inEachRoot(async (promises) => {
      const flag = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW
      expect(await codeOf(moving((bytes) => promises.writeFile("/f", bytes, { flag })))).toBe("EIO")
    })
  })
})
