/** `Fs.make`, over each kind of root. The files of the host must never be reached. */
import { Fs, MemoryRoot, openMemoryRoot, openRoot, openTarRoot } from "@procfsroot/node"
import type { Root } from "@procfsroot/node/Fs"
import type { Directory, FileHandle } from "@procfsroot/node/Promises"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import * as NodeFs from "node:fs"
import { buffer, text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const plant = (path: string): void => {
  NodeFs.mkdirSync(`${path}/d`)
  NodeFs.writeFileSync(`${path}/f`, "content")
  // On the host, they lead out of the root.
  NodeFs.symlinkSync("/f", `${path}/link`)
  NodeFs.symlinkSync("../../../d", `${path}/up`)
}

/** A program in JavaScript can pass fewer arguments. */
const untyped = (call: unknown) => call as (...args: ReadonlyArray<unknown>) => unknown

interface Opened extends Root, AsyncDisposable {}

const onDisk = async (options: Parameters<typeof openRoot>[1] = {}): Promise<Opened> => {
  const place = temporary()
  plant(place.path)
  const { [Symbol.asyncDispose]: close, promises, sync } = await openRoot(place.path, options)
  return {
    promises,
    sync,
    [Symbol.asyncDispose]: async () => {
      await close()
      place[Symbol.dispose]()
    }
  }
}

const inMemory = async (): Promise<Opened> =>
  openMemoryRoot({
    "/d": MemoryRoot.directory(),
    "/f": "content",
    "/link": MemoryRoot.link("/f"),
    "/up": MemoryRoot.link("../../../d")
  })

const inArchive = async (): Promise<Opened> => {
  using place = temporary()
  NodeFs.mkdirSync(`${place.path}/tree`)
  plant(`${place.path}/tree`)
  execFileSync("tar", ["-C", `${place.path}/tree`, "-cf", `${place.path}/archive`, "."])
  return await openTarRoot(`${place.path}/archive`)
}

const writable = [
  ["on a disk", onDisk],
  ["on a disk, by the walk", () => onDisk({ strategy: "walk" })],
  ["on a disk, off the main thread", () => onDisk({ offMainThread: true })],
  ["in memory", inMemory]
] as const

const all = [...writable, ["in an archive", inArchive]] as const

/** They take a descriptor. */
const OWN = /^(?:close|fchmod|fchown|fdatasync|fstat|fsync|ftruncate|futimes|readv?|writev?)(?:Sync)?$/

/** A root has no functions like these. Of the classes, only those of streams are made for it. */
const REFUSED =
  /^(?:(?:glob|lchmod|openAsBlob|watch|watchFile|_toUnixTimestamp)(?:Sync)?|(?!(?:Read|Write)Stream$)[A-Z].*)$/

const codeOf = (call: () => unknown): unknown => {
  try {
    call()
  } catch (error) {
    return error instanceof Error && "code" in error && error.code
  }
  return undefined
}

/**
 * Waits for the next uncaught exception. Until then, the listeners of the test runner do not get it, so a rejection that
 * nobody handles is one too, with another origin.
 */
const uncaught = async () => {
  const events = ["uncaughtException", "unhandledRejection"] as const
  const before = events.map((event) => [event, process.rawListeners(event)] as const)
  for (const event of events) process.removeAllListeners(event)
  try {
    const [error, origin] = await once(process, "uncaughtException")
    return [error.message, origin]
  } finally {
    for (const [event, listeners] of before) {
      for (const listener of listeners) Reflect.apply(process.on, process, [event, listener])
    }
  }
}

describe("every function of node:fs", () => {
  const given = new Map<string, unknown>(Object.entries(Fs.make(openMemoryRoot({}))))
  const functions = Object.entries(NodeFs).filter(([, member]) => typeof member === "function")

  it.each(functions)("%s is there, but not Node's own", (name, own) => {
    expect(given.get(name)).toBeTypeOf("function")
    expect(given.get(name)).not.toBe(own)
  })

  it("is Node's own on a disk if it takes a descriptor, and only then", async () => {
    await using root = await onDisk()
    const made = new Map<string, unknown>(Object.entries(Fs.make(root)))
    const own = functions.filter(([name, member]) => made.get(name) === member)
    expect(own.map(([name]) => name)).toEqual(functions.map(([name]) => name).filter((name) => OWN.test(name)))
  })

  it.each(functions.filter(([name]) => REFUSED.test(name)))("%s throws ENOTSUP", (name) => {
    const refused = given.get(name)
    expect(codeOf(() => typeof refused === "function" && refused("/f", () => {}))).toBe("ENOTSUP")
  })

  it.each(functions.filter(([name]) => !REFUSED.test(name) && !name.endsWith("Stream")))("%s does not", (name) => {
    const member = given.get(name)
    expect(codeOf(() => typeof member === "function" && member("/none", () => {}))).not.toBe("ENOTSUP")
  })

  // Not by their names: in Node 26, the function of `Stats` has another one.
  const { Dirent, Stats } = NodeFs
  it.each(Object.entries({ Dirent, Stats }))("%s cannot be constructed", (name, own) => {
    const Refused = given.get(name) as typeof own // of an object without types
    expect(codeOf(() => Reflect.construct(Refused, ["/f"]))).toBe("ENOTSUP")
    expect([{} instanceof Refused, Object.create(own.prototype) instanceof Refused]).toEqual([false, true])
  })

  it.each(writable)("of classes, those of what a root returns have it as an instance, %s", async (_, open) => {
    await using root = await open()
    const fs = Fs.make(root)
    // A root does not make these classes, so their type is not in that of `Fs`.
    const { Dir, Dirent, Stats } = fs as unknown as typeof NodeFs
    fs.mkdirSync("/instances")
    const [entry] = fs.readdirSync("/", { withFileTypes: true })
    using directory = fs.opendirSync("/instances")
    const fd = fs.openSync("/instances", "r")
    const stats = [fs.statSync("/instances"), fs.lstatSync("/instances"), fs.fstatSync(fd)]
    fs.closeSync(fd)
    expect(stats.map((value) => value instanceof Stats)).toEqual([true, true, true])
    expect([entry instanceof Dirent, directory instanceof Dir]).toEqual([true, true])
    expect([entry, directory].map((value) => value?.constructor.name)).toEqual(["Dirent", "Dir"])
    // As in Node, whose class for them is not exported.
    expect(fs.statSync("/instances", { bigint: true }) instanceof Stats).toBe(false)
    expect([entry instanceof Stats, directory instanceof Dirent, {} instanceof Dir]).toEqual([false, false, false])
    fs.rmdirSync("/instances")
  })

  it("is not taken from fs.promises if a root does not have it", () => {
    const { promises } = Fs.make(openMemoryRoot({}))
    const all = new Map<string, unknown>(Object.entries(promises))
    const own = Object.entries(NodeFs.promises).filter(([, member]) => typeof member === "function")
    expect(own.filter(([name, member]) => all.get(name) === member)).toEqual([])
    const refused = all.get("lchmod")
    expect(() => typeof refused === "function" && refused("/f")).toThrow(
      "ENOTSUP: fs.promises.lchmod is not available inside a root"
    )
  })
})

describe.each(all)("%s", (_, open) => {
  it("functions with callbacks read inside the root", async () => {
    await using root = await open()
    const fs = Fs.make(root)
    expect(await promisify(fs.readFile)("/link", "utf8")).toBe("content")
    // Bun does not sort them.
    expect((await promisify(fs.readdir)("/")).toSorted()).toEqual(["d", "f", "link", "up"])
    expect((await promisify(fs.stat)("/up")).isDirectory()).toBe(true)
    expect(await promisify(fs.realpath)("/link")).toBe("/f")
    expect(await fs.promises.realpath("/link")).toBe("/f")
    expect(await promisify(fs.realpath.native)("/up/..")).toBe("/")
    await expect(promisify(fs.readFile)("/none")).rejects.toMatchObject({ code: "ENOENT", path: "/none" })
  })

  it("opens directories", async () => {
    await using root = await open()
    const fs = Fs.make(root)
    const names: Array<string> = []
    for await (const { name } of await promisify(fs.opendir)("/")) names.push(name)
    expect(names.toSorted()).toEqual(["d", "f", "link", "up"])
    using directory = root.sync.opendirSync("/")
    expect(names).toContain(directory.readSync()?.name)
    expect(codeOf(() => fs.opendirSync("/f"))).toBe("ENOTDIR")
  })

  it("opens directories with all forms of options that Node takes", async () => {
    await using root = await open()
    const { opendir, opendirSync } = Fs.make(root)
    const names = async (options: unknown) => {
      using directory = untyped(opendirSync)("/", options) as Directory
      const opened = await new Promise((resolve) =>
        untyped(opendir)("/", options, (_: unknown, opened: unknown) => resolve(opened))
      )
      await using other = opened as Directory
      return [directory.readSync()?.name, (await other.read())?.name].map((name) => typeof name)
    }
    const [strings, buffers] = [["string", "string"], ["object", "object"]]
    expect(await Promise.all([undefined, null, "utf8", {}].map(names))).toEqual([strings, strings, strings, strings])
    expect(await Promise.all(["buffer", { encoding: "buffer" }].map(names))).toEqual([buffers, buffers])
    expect(codeOf(() => untyped(opendirSync)("/", "unknown"))).toBe("ERR_INVALID_ARG_VALUE")
    expect(codeOf(() => untyped(opendirSync)("/", 5))).toBe("ERR_INVALID_ARG_TYPE")
  })

  it("callbacks get only an error if there is no result", async () => {
    await using root = await open()
    const { access, readlink, stat } = Fs.make(root)
    const answer = (call: unknown, path: string) =>
      new Promise<ReadonlyArray<unknown>>((resolve) =>
        untyped(call)(path, (...got: ReadonlyArray<unknown>) => resolve(got))
      )
    expect(await answer(access, "/f")).toEqual([null])
    expect(await answer(readlink, "/link")).toEqual([null, "/f"])
    expect(await answer(stat, "/none")).toEqual([expect.objectContaining({ code: "ENOENT" })])
    expect(() => untyped(stat)("/f")).toThrow("The \"cb\" argument must be of type function")
  })

  it("a callback can be in the place of the options, before an argument that is missing", async () => {
    await using root = await open()
    const { readFile, realpath, stat } = Fs.make(root)
    const answer = (call: unknown, path: string) =>
      new Promise((resolve) =>
        untyped(call)(path, (error: unknown, value: unknown) => resolve(error ?? value), undefined)
      )
    expect(String(await answer(readFile, "/f"))).toBe("content")
    expect(await answer(realpath, "/link")).toBe("/f")
    expect(await answer(stat, "/none")).toMatchObject({ code: "ENOENT" })
  })

  it("exists answers without an error", async () => {
    await using root = await open()
    const { exists } = Fs.make(root)
    const answers = ["/link", "/none"].map((path) => new Promise((resolve) => exists(path, resolve)))
    expect(await Promise.all(answers)).toEqual([true, false])
    expect(await promisify(exists)("/link")).toBe(true)
    expect(() => untyped(exists)("/link")).toThrow("The \"cb\" argument must be of type function")
  })

  it("createReadStream reads inside the root", async () => {
    await using root = await open()
    const { createReadStream } = Fs.make(root)
    const stream = createReadStream("/link")
    expect(stream).toBeInstanceOf(NodeFs.ReadStream)
    expect((await buffer(stream)).toString()).toBe("content")
    expect(stream.bytesRead).toBe(7)
    expect(await text(createReadStream("/f", { start: 1, end: 3, highWaterMark: 1 }))).toBe("ont")
    const [first] = await once(createReadStream("/f", "latin1"), "data")
    expect(first).toBe("content")
    await expect(text(createReadStream("/none"))).rejects.toMatchObject({ code: "ENOENT", path: "/none" })
    await expect(text(createReadStream("/d"))).rejects.toMatchObject({ code: "EISDIR" })
  })

  it("createReadStream takes all forms of options that Node takes", async () => {
    await using root = await open()
    const createReadStream = untyped(Fs.make(root).createReadStream)
    const read = (options: unknown) => text(createReadStream("/f", options) as NodeFs.ReadStream) // of Node
    expect(await Promise.all([null, () => {}, Object.create({ start: 1 })].map(read))).toEqual([
      "content",
      "content",
      "ontent"
    ])
    expect(codeOf(() => createReadStream("/f", 5))).toBe("ERR_INVALID_ARG_TYPE")
  })

  it("createReadStream reads from an open file", async () => {
    await using root = await open()
    const fs = Fs.make(root)
    const file = await fs.promises.open("/f")
    const stream = untyped(fs.createReadStream)("/unused", { fd: file, start: 3 }) as NodeFs.ReadStream // of Node
    expect(stream).toBeInstanceOf(NodeFs.ReadStream)
    expect(await text(stream)).toBe("tent")
    expect(file.fd).toBe(-1)
  })

  it.each(["open", "data"])("what a listener of %s throws is an uncaught exception", async (event) => {
    await using root = await open()
    const caught = uncaught()
    const stream = Fs.make(root).createReadStream("/f")
    stream.on(event, () => {
      throw new Error("thrown by a listener")
    })
    expect(await caught).toEqual(["thrown by a listener", "uncaughtException"])
    stream.destroy()
    await once(stream, "close")
  })

  it("a stream whose signal is already aborted leaves no file open", async () => {
    await using root = await open()
    const opened: Array<Promise<FileHandle>> = []
    const remembering: typeof root.promises.open = (...args) => {
      const file = root.promises.open(...args)
      opened.push(file)
      return file
    }
    const fs = Fs.make({ ...root, promises: { ...root.promises, open: remembering } })
    const stream = fs.createReadStream("/f", { signal: AbortSignal.abort() })
    await expect(text(stream)).rejects.toMatchObject({ code: "ABORT_ERR" })
    await expect.poll(() => opened.length).toBe(1)
    const [file] = await Promise.all(opened)
    await expect.poll(() => file?.fd).toBe(-1)
  })

  it("createReadStream does not open the path if its option fd is no longer there when Node reads it", async () => {
    await using root = await open()
    const host = NodeFs.openSync("/dev/null", "r")
    let reads = 0
    const options = {
      get fd() {
        return reads++ === 0 ? host : undefined
      }
    }
    expect(await text(untyped(Fs.make(root).createReadStream)("/proc/self/comm", options) as NodeFs.ReadStream)).toBe(
      ""
    )
    expect(codeOf(() => NodeFs.fstatSync(host))).toBe("EBADF")
  })

  it("a stream that is destroyed early ends", async () => {
    await using root = await open()
    const stream = Fs.make(root).createReadStream("/f")
    stream.destroy()
    await once(stream, "close")
    expect(stream.bytesRead).toBe(0)
  })
})

describe.each(writable)("%s", (_, open) => {
  it("createWriteStream writes inside the root", async () => {
    await using root = await open()
    const { createWriteStream, readFileSync } = Fs.make(root)
    const stream = createWriteStream("/up/new", { mode: 0o600 })
    expect(stream).toBeInstanceOf(NodeFs.WriteStream)
    await pipeline(["written ", "here"], stream)
    expect(readFileSync("/d/new", "utf8")).toBe("written here")
    await pipeline(["!"], createWriteStream("/d/new", { flags: "a", flush: true }))
    await pipeline(["W"], createWriteStream("/d/new", { flags: "r+", start: 0 }))
    expect(readFileSync("/d/new", "utf8")).toBe("Written here!")
    expect(root.sync.statSync("/d/new").mode & 0o777).toBe(0o600)
    await expect(pipeline(["x"], createWriteStream("/f", { flags: "wx" }))).rejects.toMatchObject({ code: "EEXIST" })
  })

  it("createWriteStream writes to an open file", async () => {
    await using root = await open()
    const fs = Fs.make(root)
    const file = await fs.promises.open("/f", "r+")
    const stream = untyped(fs.createWriteStream)("/unused", { fd: file, start: 3 }) as NodeFs.WriteStream // of Node
    await pipeline(["T"], stream)
    expect(fs.readFileSync("/f", "utf8")).toBe("conTent")
    expect([file.fd, fs.existsSync("/unused")]).toEqual([-1, false])
  })

  it("a stream in pieces writes all of them", async () => {
    await using root = await open()
    const { createWriteStream, readFileSync } = Fs.make(root)
    const stream = createWriteStream("/many")
    stream.cork()
    for (let i = 0; i < 100; i++) stream.write(`${i},`)
    stream.end()
    await once(stream, "close")
    expect(readFileSync("/many", "utf8")).toBe(Array.from({ length: 100 }, (_, i) => `${i},`).join(""))
  })
})

describe("descriptors", () => {
  it("of open and openSync work with Node's own functions", async () => {
    await using root = await onDisk()
    const fs = Fs.make(root)
    const fd = await promisify(fs.open)("/link", "r+")
    await promisify(fs.write)(fd, Buffer.from("C"), 0, 1, 0)
    expect(fs.fstatSync(fd).size).toBe(7)
    await promisify(fs.close)(fd)
    expect(fs.readFileSync("/f", "utf8")).toBe("Content")
    const again = fs.openSync("/link", "r")
    expect(await text(fs.createReadStream("/unused", { fd: again }))).toBe("Content")
  })

  it.each([["in memory", inMemory], ["in an archive", inArchive]] as const)(
    "are not those of the process %s",
    async (_, open) => {
      await using root = await open()
      const fs = Fs.make(root)
      const stream = fs.createReadStream("/f")
      const [fd] = await once(stream, "open")
      expect(codeOf(() => NodeFs.fstatSync(fd))).toBe("EBADF")
      expect(fs.fstatSync(fd).size).toBe(7)
      expect(await text(stream)).toBe("content")
      await using file = await root.promises.open("/f")
      const ofFile: unknown = Object.getOwnPropertyDescriptor(file.createReadStream(), "fd")?.value
      expect(codeOf(() => untyped(fs.fstatSync)(ofFile))).toBe("EBADF")
    }
  )
})

it("has the old names of the constants for access", () => {
  const { F_OK, R_OK, W_OK, X_OK } = NodeFs.constants
  expect(Fs.make(openMemoryRoot({}))).toMatchObject({ F_OK, R_OK, W_OK, X_OK })
})
