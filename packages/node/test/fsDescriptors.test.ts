/**
 * The functions of `Fs.make` that take a descriptor, for files in memory and in an archive, and the classes of streams,
 * which call them. Node is the judge.
 */
import { Fs, openMemoryRoot, openRoot, openTarRoot } from "@procfsroot/node"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import * as NodeFs from "node:fs"
import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

type AnyFs = Pick<
  typeof NodeFs,
  Exclude<keyof Fs.Fs & keyof typeof NodeFs, "constants" | "createReadStream" | "createWriteStream" | "promises">
>

const inMemory = (files: Parameters<typeof openMemoryRoot>[0] = {}) => Fs.make(openMemoryRoot(files))

const codeOf = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // of an error of these functions
  }
}

/** Fails instead of returning an error that is not one of these functions. */
const codeOfPromise = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: NodeJS.ErrnoException) => error.code)

const bytes = (value: string): Buffer => Buffer.from(value)

/** What a program gets that calls the synchronous functions. */
const synchronously = (fs: AnyFs, path: string): ReadonlyArray<unknown> => {
  const fd = fs.openSync(path, "w+", 0o640)
  const into = Buffer.alloc(6)
  const rest = [Buffer.alloc(2), Buffer.alloc(8)]
  const results = [
    fs.writeSync(fd, bytes("content"), 1, 4),
    fs.writeSync(fd, "text", null, "utf8"),
    fs.writeSync(fd, "at", 1),
    // Without an offset, Node ignores the length and the position.
    fs.writeSync(fd, bytes("null"), null, 1, 0),
    fs.writevSync(fd, [bytes("a"), bytes("b")]),
    fs.writevSync(fd, [bytes("XY")], 3),
    fs.fstatSync(fd).size,
    fs.fstatSync(fd, { bigint: true }).size,
    fs.readSync(fd, into),
    fs.readSync(fd, into, 2, 3, 0),
    fs.readSync(fd, into, { position: 8, offset: 1 }),
    into.toString("latin1"),
    fs.readvSync(fd, rest, 0),
    rest.map(String),
    fs.ftruncateSync(fd, 3),
    fs.fchmodSync(fd, 0o600),
    fs.fchownSync(fd, process.getuid?.() ?? 0, process.getgid?.() ?? 0),
    fs.futimesSync(fd, 1, 2.5),
    fs.fsyncSync(fd),
    fs.fdatasyncSync(fd),
    codeOf(() => fs.readSync(fd, into, { length: 99 })),
    codeOf(() => fs.writeSync(fd, bytes("x"), 2)),
    codeOf(() => fs.ftruncateSync(fd, 1.5))
  ]
  const { mode, mtimeMs, size } = fs.fstatSync(fd)
  const ended = [fs.closeSync(fd), codeOf(() => fs.fstatSync(fd)), codeOf(() => fs.closeSync(fd))]
  return [...results, mode, mtimeMs, size, fs.readFileSync(path, "utf8"), ...ended]
}

/** What a program gets that calls the functions with callbacks, and those that `promisify` makes of them. */
const later = async (fs: AnyFs, path: string): Promise<ReadonlyArray<unknown>> => {
  const fd = await promisify(fs.open)(path, "ax+", 0o644)
  const into = Buffer.alloc(6)
  const answers = (call: (done: (...args: ReadonlyArray<unknown>) => void) => void) =>
    new Promise<ReadonlyArray<unknown>>((resolve) => call((...args) => resolve(args)))
  const results = [
    await answers((done) => fs.write(fd, bytes("first"), done)),
    await answers((done) => fs.write(fd, bytes("second"), 1, 3, 0, done)),
    await answers((done) => fs.write(fd, "text", null, "utf8", done)),
    await answers((done) => fs.writev(fd, [bytes("a"), bytes("b")], done)),
    await answers((done) => fs.read(fd, into, 0, 6, 2, done)),
    await answers((done) => fs.read(fd, { buffer: into, position: 0 }, done)),
    await answers((done) => fs.readv(fd, [into], 1, done)),
    await promisify(fs.read)(fd, into, 0, 2, 0),
    await promisify(fs.write)(fd, bytes("end")),
    await promisify(fs.readv)(fd, [into], 0),
    // Node calls the list `buffer`, though it documents `buffers`.
    (await promisify(fs.writev)(fd, [bytes("!")])).bytesWritten,
    await promisify(fs.ftruncate)(fd, 4),
    await promisify(fs.fchmod)(fd, 0o755),
    await promisify(fs.futimes)(fd, 3, 4),
    await promisify(fs.fsync)(fd),
    await promisify(fs.fdatasync)(fd)
  ]
  const { mode, mtimeMs, size } = await promisify(fs.fstat)(fd)
  const ended = [await promisify(fs.close)(fd), await codeOfPromise(promisify(fs.fstat)(fd))]
  const again = await codeOfPromise(promisify(fs.open)(path, "wx"))
  return [...results, mode, mtimeMs, size, fs.readFileSync(path, "utf8"), ...ended, again]
}

describe("in memory", () => {
  it("the synchronous functions have the results of Node's", () => {
    using place = temporary()
    expect(synchronously(inMemory(), "/f")).toEqual(synchronously(NodeFs, `${place.path}/f`))
  })

  it("the functions with callbacks have the results of Node's", async () => {
    using place = temporary()
    expect(await later(inMemory(), "/f")).toEqual(await later(NodeFs, `${place.path}/f`))
  })

  it("a descriptor is none of the process, and none of another root", () => {
    const fs = inMemory({ "/f": "content" })
    const fd = fs.openSync("/f", "r")
    const other = inMemory({ "/f": "other" })
    expect(other.openSync("/f", "r")).not.toBe(fd)
    expect([NodeFs, other].map(({ fstatSync }) => codeOf(() => fstatSync(fd)))).toEqual(["EBADF", "EBADF"])
    expect(fs.readSync(fd, Buffer.alloc(9))).toBe(7)
  })

  it("descriptors of the process still work", async () => {
    using place = temporary()
    const fs = inMemory()
    const fd = NodeFs.openSync(`${place.path}/f`, "w+")
    expect(fs.writeSync(fd, "host")).toBe(4)
    expect(await promisify(fs.read)(fd, Buffer.alloc(9), 0, 9, 0)).toMatchObject({ bytesRead: 4 })
    fs.closeSync(fd)
    expect(codeOf(() => NodeFs.fstatSync(fd))).toBe("EBADF")
  })

  it("a stream uses the file of its descriptor, and closes it", async () => {
    const fs = inMemory({ "/f": "content" })
    const fd = fs.openSync("/f", "r+")
    expect(await text(fs.createReadStream("/unused", { fd, start: 3, autoClose: false }))).toBe("tent")
    expect(fs.fstatSync(fd).size).toBe(7)
    const stream = fs.createWriteStream("/unused", { fd, start: 7 })
    stream.end("ed")
    await once(stream, "close")
    expect(fs.readFileSync("/f", "utf8")).toBe("contented")
    expect(codeOf(() => fs.fstatSync(fd))).toBe("EBADF")
  })

  it("a stream opens a descriptor, whose file stays open without autoClose", async () => {
    const fs = inMemory({ "/f": "content" })
    const stream = fs.createReadStream("/f", { end: 3, autoClose: false })
    const [fd] = await once(stream, "open")
    expect(await text(stream)).toBe("cont")
    const inherited: object = Object.create({ fd, start: 4 })
    expect(await text(fs.createReadStream("/unused", inherited))).toBe("ent")
    expect(codeOf(() => fs.closeSync(fd))).toBe("EBADF")
  })

  it("an open file stays usable after it is renamed and the root is closed", async () => {
    const root = openMemoryRoot({ "/f": "content" })
    const fs = Fs.make(root)
    const fd = fs.openSync("/f", "r")
    fs.renameSync("/f", "/g")
    await root.close()
    expect(fs.readSync(fd, Buffer.alloc(9))).toBe(7)
    expect(codeOf(() => fs.openSync("/g", "r"))).toBe("EBADF")
  })

  it("injected faults and the limit of open files have effect", async () => {
    const root = openMemoryRoot({ "/f": "content" }, {
      faults: [{ method: "read", nth: 1, code: "EIO" }, { method: "close", nth: 1, code: "EDQUOT" }],
      limits: { openFiles: 2 }
    })
    const fs = Fs.make(root)
    const fd = fs.openSync("/f", "r")
    expect(codeOf(() => fs.readSync(fd, Buffer.alloc(1)))).toBe("EIO")
    expect(fs.readSync(fd, Buffer.alloc(9))).toBe(7)
    const second = await promisify(fs.open)("/f", "r")
    expect(codeOf(() => fs.openSync("/f", "r"))).toBe("EMFILE")
    expect(await codeOfPromise(promisify(fs.close)(second))).toBe("EDQUOT")
    fs.closeSync(fd)
    expect(fs.openSync("/f", "r")).toBeGreaterThan(2 ** 30)
  })

  it("reading into no buffers is refused", () => {
    const fs = inMemory({ "/f": "content" })
    expect(codeOf(() => fs.readvSync(fs.openSync("/f", "r"), []))).toBe("EINVAL")
  })

  it("close needs no callback", async () => {
    const fs = inMemory({ "/f": "content" })
    const fd = fs.openSync("/f", "r")
    fs.close(fd)
    await expect.poll(() => codeOf(() => fs.fstatSync(fd))).toBe("EBADF")
  })
})

it("in an archive, a descriptor reads the file", async () => {
  using place = temporary()
  NodeFs.writeFileSync(`${place.path}/f`, "content")
  execFileSync("tar", ["-C", place.path, "-cf", `${place.path}/archive`, "f"])
  await using root = await openTarRoot(`${place.path}/archive`)
  const fs = Fs.make(root)
  const fd = fs.openSync("/f", "r")
  const into = Buffer.alloc(4)
  expect(fs.readSync(fd, into, 0, 4, 3)).toBe(4)
  expect(into.toString()).toBe("tent")
  expect(await promisify(fs.fstat)(fd)).toMatchObject({ size: 7 })
  expect(codeOf(() => fs.writeSync(fd, "x"))).toBe("EBADF")
  fs.closeSync(fd)
  expect(codeOf(() => fs.fstatSync(fd))).toBe("EBADF")
  expect(codeOf(() => fs.openSync("/f", "r+"))).toBe("EROFS")
})

/** What JavaScript can do with a class of streams. */
interface StreamClass {
  new(path: string, options?: unknown): NodeFs.ReadStream & NodeFs.WriteStream
  (path: string, options?: unknown): NodeFs.ReadStream
  readonly prototype: object
}

/** The type of an `fs` does not have them. */
const streamClasses = (fs: Fs.Fs) => fs as unknown as Readonly<Record<"ReadStream" | "WriteStream", StreamClass>>

/** On the host, the link leads out of the root. */
const plant = (fs: Fs.Fs): void => {
  fs.writeFileSync("/f", "content")
  fs.symlinkSync("/f", "/link")
}

describe.each(
  [
    ["on a disk", (path: string) => openRoot(path)],
    ["on a disk, off the main thread", (path: string) => openRoot(path, { offMainThread: true })],
    ["in memory", () => openMemoryRoot({})]
  ] as const
)("%s", (_, open) => {
  it("the classes of streams open files inside the root", async () => {
    using place = temporary()
    await using root = await open(place.path)
    const fs = Fs.make(root)
    plant(fs)
    const { ReadStream, WriteStream } = streamClasses(fs)
    class Inheriting extends ReadStream {}
    const streams = [new ReadStream("/link"), ReadStream("/f", "utf8"), new Inheriting("/f", { start: 3 })]
    expect(await Promise.all(streams.map(text))).toEqual(["content", "content", "tent"])
    for (const own of [ReadStream, NodeFs.ReadStream]) {
      expect(streams.filter((stream) => stream instanceof own)).toEqual(streams)
    }
    expect(streams.map((stream) => stream instanceof Inheriting)).toEqual([false, false, true])
    await pipeline(["written ", "here"], new WriteStream("/new"))
    expect(fs.readFileSync("/new", "utf8")).toBe("written here")
    await expect(text(new ReadStream("/none", { fs: NodeFs }))).rejects.toMatchObject({ code: "ENOENT" })
  })

  it("a stream of a class that inherits as in graceful-fs opens its file itself", async () => {
    using place = temporary()
    await using root = await open(place.path)
    const fs = Fs.make(root)
    plant(fs)
    const { ReadStream } = streamClasses(fs)
    const inherited: object = Object.create(ReadStream.prototype, {
      open: {
        value(this: NodeFs.ReadStream & { fd: number; flags: string }) {
          fs.open(this.path, this.flags, (_, fd) => {
            this.fd = fd
            this.emit("open", fd)
          })
        }
      }
    })
    const stream: NodeFs.ReadStream = Object.create(inherited)
    Reflect.apply(ReadStream, stream, ["/link"])
    expect(await text(stream)).toBe("content")
    await expect.poll(() => stream.closed).toBe(true)
  })
})
