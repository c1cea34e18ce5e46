/** Faults and the journal of a root in memory with promises. */
import { type Fault, format, hardLink, link, type MemoryRoot, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { pipeline } from "node:stream/promises"
import { describe, expect, it } from "vitest"

const tree = { "/d/a": "aaaa", "/d/b": "bbbb", "/l": link("/d/a"), "/tmp/x": "" }

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(() => "ok", (error: NodeJS.ErrnoException) => error.code ?? error.message)

const opened = (...faults: ReadonlyArray<Fault>) => openMemoryRoot(tree, { faults })

const first = <A>(items: AsyncIterable<A>) => items[Symbol.asyncIterator]().next()

const collect = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const collected: Array<A> = []
  for await (const item of items) collected.push(item)
  return collected
}

const later = (milliseconds: number): Promise<string> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, "later"))

describe("a fault", () => {
  it("is reported even if what a failed copy has created cannot be removed", async () => {
    const { promises } = opened({ step: "write", code: "ENOSPC" }, { step: "unlink", code: "EROFS" })
    for (const method of ["copyFile", "cp"] as const) {
      await expect(promises[method]("/d/a", `/${method}`)).rejects.toMatchObject({
        message: `ENOSPC: no space left on device, copyfile '/d/a' -> '/${method}'`
      })
    }
  })

  it("makes the function of its method fail, with Node's error", async () => {
    const root = opened(
      { method: "readFile", path: "/d/a", code: "EIO" },
      { method: "unlink", path: "/l", code: "EBUSY" },
      { method: "rm", step: "unlink", path: /b$/, code: "EROFS" },
      { method: ["cp", "copyFile"], step: ["chmod", "write"], path: /b$/, code: "EROFS" },
      { method: "datasync", code: "ENOSPC" },
      { method: "statfs", code: "EACCES" },
      { method: "walkTree", step: "readdir", path: "/", code: "ESTALE" },
      { method: "resolve", path: "/tmp", code: "EACCES" }
    )
    const { directory, promises, sync } = root
    await expect(promises.readFile("/l")).rejects.toMatchObject({
      code: "EIO",
      errno: -5,
      syscall: "open",
      path: "/l",
      message: "EIO: i/o error, open '/l'"
    })
    expect(() => sync.unlinkSync("/l")).toThrow(expect.objectContaining({ code: "EBUSY" }))
    expect(await codeOf(promises.rm("/d", { recursive: true }))).toBe("EROFS")
    expect(await codeOf(promises.cp("/d", "/copy", { recursive: true }))).toBe("EROFS")
    expect(Object.keys(root.snapshot())).toEqual(["/", "/copy", "/d", "/d/b", "/l", "/tmp", "/tmp/x"])
    await using file = await promises.open("/d/b", "r+")
    await expect(file.datasync()).rejects.toMatchObject({ code: "ENOSPC", syscall: "fdatasync" })
    expect(await codeOf(directory.statfs("/"))).toBe("EACCES")
    const walking = async () => {
      for await (const _ of directory.walkTree("/")) continue
    }
    expect(await codeOf(walking())).toBe("ESTALE")
    await expect(root.resolve("/tmp/x")).resolves.toBe("/tmp/x")
    await expect(root.resolve("/tmp")).rejects.toMatchObject({ code: "EACCES", cause: { at: "/tmp" } })
    expect(await root.resolveAll(["/d", "/tmp"])).toMatchObject([{ path: "/d" }, { error: { code: "EACCES" } }])
    root.assertAllStruck()
  })

  it("cuts writes short", async () => {
    const root = opened({ step: "write", short: 3, nth: 1 }, { step: "write", nth: 2, code: "ENOSPC" })
    expect(await codeOf(root.promises.appendFile("/d/a", "xxxxx"))).toBe("ENOSPC")
    expect(await root.promises.readFile("/d/a", "utf8")).toBe("aaaaxxx")
    const [append] = root.operations()
    expect(append).toEqual({ method: "appendFile", path: "/d/a", outcome: "failed", code: "ENOSPC", written: 3 })
  })

  it("delays functions that return promises", async () => {
    const root = opened({ path: "/d/a", delay: 40 })
    const { promises, sync } = root
    for (
      const slow of [() => promises.stat("/d/a"), () => promises.readFile("/d/a"), () => promises.chmod("/d/a", 0o600)]
    ) {
      // The first of the two timers, so that it comes first even if the process has to wait between them.
      const before = later(10)
      const ended = slow().then(() => "ended")
      expect(await Promise.race([ended, before])).toBe("later")
      expect(await ended).toBe("ended")
    }
    expect(sync.statSync("/d/a").size).toBe(4)
    expect(root.report()).toMatchObject([{ matched: 4, struck: 4 }])
  })

  it.each([Number.POSITIVE_INFINITY, 2 ** 31])("with a delay of %s ms waits for it", async (delay) => {
    const { directory, promises } = opened({ path: "/d/a", delay })
    const control = new AbortController()
    const options = { bigint: false, signal: control.signal } as const // the types of Node 20 have no signal
    const ending = [
      promises.stat("/d/a", options),
      promises.readFile("/d/a", { signal: control.signal }),
      promises.rm("/d/a", { signal: control.signal }),
      directory.writeFileAtomic("/d/a", "x", { signal: control.signal })
    ].map(codeOf)
    expect(await Promise.race([...ending, later(30)])).toBe("later")
    control.abort(new Error("aborted"))
    expect(await Promise.all(ending)).toEqual(["aborted", "aborted", "aborted", "aborted"])
  })

  it("has a delay that is a time", () => {
    const wrong = [-1, Number.NaN, "1 minute", null].map((delay) => delay as number) // as a program in JavaScript passes
    for (const delay of wrong) {
      expect(() => opened({ path: "/d/a", delay })).toThrow("The \"delay\" argument must be a number of milliseconds")
      expect(() => opened().inject([{ path: "/d/a", delay }])).toThrow(TypeError)
    }
  })

  it.each(["writeFile", "appendFile"] as const)("%s with flush is one operation of the journal", async (method) => {
    const root = openMemoryRoot(tree)
    await root.promises[method]("/d/a", "hello", { flush: true })
    root.expectOperations([{ method, path: "/d/a", outcome: "ok", written: 5 }])
    root.inject([{ step: "fsync", path: "/d/a", code: "EIO" }])
    await expect(root.promises[method]("/d/a", "hello", { flush: true })).rejects.toMatchObject({
      code: "EIO",
      syscall: "fsync"
    })
    await root.promises[method]("/d/a", "hello")
  })

  it("fails a write stream with flush when it cannot flush", async () => {
    const root = openMemoryRoot(tree)
    const file = await root.promises.open("/d/a", "w")
    root.inject([{ step: "fsync", path: "/d/a", code: "EIO" }])
    const failure = pipeline(["hello"], file.createWriteStream({ flush: true }))
    await expect(failure).rejects.toMatchObject({ code: "EIO", syscall: "fsync" })
    await expect(file.stat()).rejects.toMatchObject({ code: "EBADF" })
  })

  it("hangs until it is aborted", async () => {
    const root = opened({ method: ["readFile", "stat"], hang: true }, { step: "unlink", path: "/d/b", hang: true })
    const { promises, sync } = root
    const control = new AbortController()
    const reading = promises.readFile("/d/a", { signal: control.signal })
    const removing = promises.rm("/d", { recursive: true, signal: control.signal })
    expect(await Promise.race([codeOf(reading), codeOf(removing), codeOf(promises.stat("/d")), later(10)])).toBe(
      "later"
    )
    control.abort()
    for (const promise of [reading, removing]) await expect(promise).rejects.toBe(control.signal.reason)
    expect(() => sync.statSync("/d")).toThrow("a synchronous function cannot wait")
    expect(await promises.readdir("/d")).toEqual(["b"])
    root.expectOperations([
      { method: "readFile", outcome: "interrupted" },
      { method: "rm", outcome: "interrupted" },
      // Its promise still waits, since there is no signal.
      { method: "stat", outcome: "pending" },
      { method: "stat", outcome: "interrupted" },
      { method: "readdir", outcome: "ok" }
    ])
    const other = new AbortController()
    root.inject([{ method: "writeFile", hang: true }])
    const hung = promises.writeFile("/d/b", ["x"], { signal: other.signal })
    expect(root.operations().at(-1)).toMatchObject({ method: "writeFile", outcome: "pending" })
    other.abort()
    await expect(hung).rejects.toBe(other.signal.reason)
    expect(root.operations().at(-1)).toMatchObject({ method: "writeFile", outcome: "interrupted" })
  })

  it.each<Partial<Fault>>([{ delay: 60_000 }, { hang: true }])(
    "leaves no file open if its close is aborted (%#)",
    async (fault) => {
      const root = openMemoryRoot(tree, { faults: [{ step: "close", nth: 1, ...fault }], limits: { openFiles: 1 } })
      const control = new AbortController()
      const reading = root.promises.readFile("/d/a", { signal: control.signal })
      expect(await Promise.race([codeOf(reading), later(10)])).toBe("later")
      control.abort()
      await expect(reading).rejects.toBe(control.signal.reason)
      expect(await root.promises.readFile("/d/a", "utf8")).toBe("aaaa")
    }
  )

  /** Functions that open something in one step, and then return a promise or an iterator. */
  const opening: Readonly<Record<string, (root: MemoryRoot, signal?: AbortSignal) => Promise<unknown>>> = {
    readFile: ({ promises }, signal) => promises.readFile("/d/a", { flag: "r+", signal }),
    streamDirectoryEntries: ({ directory }, signal) => first(directory.streamDirectoryEntries("/d", { signal })),
    walkTree: ({ directory }, signal) => first(directory.walkTree("/d", { signal })),
    watch: ({ promises }, signal) => first(promises.watch("/d", { signal })),
    writeFile: ({ promises }, signal) => promises.writeFile("/d/a", ["x"], { signal })
  }

  it.each(Object.keys(opening))("delays the beginning of %s, and hangs it until it is aborted", async (method) => {
    const call = opening[method] ?? (() => Promise.reject(new Error("there is no such function")))
    for (const fault of [{ delay: 60_000 }, { hang: true }] as const) {
      const root = openMemoryRoot(tree, {
        faults: [{ step: "lookup", path: "/d", ...fault }],
        limits: { openFiles: 1 }
      })
      const control = new AbortController()
      const result = call(root, control.signal)
      expect(await Promise.race([codeOf(result), later(10)])).toBe("later")
      control.abort()
      await expect(result).rejects.toBe(control.signal.reason)
      root.inject([])
      expect(await codeOf(root.promises.readFile("/d/b"))).toBe("ok")
    }
  })

  it("delays subRoot, and each part of a tree that is walked", async () => {
    const root = opened({ path: "/d", nth: 1, delay: 40 }, { step: "readdir", path: "/", delay: 40 })
    const inner = root.subRoot("/d").then(() => "ended")
    expect(await Promise.race([inner, later(10)])).toBe("later")
    expect(await inner).toBe("ended")
    const walking = first(root.directory.walkTree("/")).then(() => "ended")
    expect(await Promise.race([walking, later(10)])).toBe("later")
    expect(await walking).toBe("ended")
  })

  it("strikes the later parts of what was opened before the fault was injected", async () => {
    const root = openMemoryRoot(tree)
    const control = new AbortController()
    const entries = root.directory.walkTree("/")[Symbol.asyncIterator]()
    const watching = root.promises.watch("/d", { recursive: true, signal: control.signal })[Symbol.asyncIterator]()
    const entry = entries.next()
    const change = watching.next()
    root.inject([
      { method: "watch", step: "watch", path: "/d/new", code: "ENOSPC" },
      { method: "walkTree", step: "readdir", path: "/", delay: 40 }
    ])
    expect(await Promise.race([codeOf(entry), later(10)])).toBe("later")
    expect(await codeOf(entry)).toBe("ok")
    await root.promises.mkdir("/d/new")
    expect(await change).toMatchObject({ value: { filename: "new" } })
    expect(await codeOf(watching.next())).toBe("ENOSPC")
    root.assertAllStruck()
  })

  it("does not delay a later function that refuses its arguments", async () => {
    const root = opened({ method: "stat", hang: true })
    expect(() => root.sync.statSync("/d")).toThrow("a synchronous function cannot wait")
    expect(await Promise.race([codeOf(root.promises.stat("/d")), later(10)])).toBe("later")
    // @ts-expect-error A path is not a number.
    expect(await Promise.race([codeOf(root.promises.stat(1)), later(10)])).toBe("ERR_INVALID_ARG_TYPE")
  })

  it("counts a watch once", async () => {
    const root = opened({ method: "watch", nth: 2, code: "EIO" })
    const control = new AbortController()
    const watching = first(root.promises.watch("/d", { signal: control.signal }))
    expect(await codeOf(first(root.promises.watch("/d")))).toBe("EIO")
    control.abort()
    await expect(watching).rejects.toBe(control.signal.reason)
    expect(format(root.operations())).toBe("watch \"/d\": ok\nwatch \"/d\": EIO")
  })

  it("hangs in the middle at a step that can wait, and otherwise once the operation has stopped", async () => {
    for (const [step, left] of [["write", ["/d/.procfsroot-000000"]], ["rename", []]] as const) {
      const root = opened({ step, hang: true })
      const control = new AbortController()
      const writing = root.directory.writeFileAtomic("/d/a", new Uint8Array(3), { signal: control.signal })
      expect(await Promise.race([codeOf(writing), later(10)])).toBe("later")
      expect(Object.keys(root.snapshot()).filter((path) => path.includes("procfsroot"))).toEqual(left)
      control.abort()
      await expect(writing).rejects.toBe(control.signal.reason)
      expect(Object.keys(root.snapshot())).toEqual(Object.keys(opened().snapshot()))
    }
  })

  it("can throw any other error", async () => {
    const root = opened({ method: "stat", defect: new Error("out of order") })
    await expect(root.promises.stat("/d")).rejects.toThrow("out of order")
  })

  it("is not hidden by existsSync if it hangs or throws another error", () => {
    const { sync } = opened(
      { method: "access", path: "/d/a", code: "EIO" },
      { method: "access", path: "/d/b", hang: true },
      { method: "access", path: "/d", defect: new Error("out of order") }
    )
    expect([sync.existsSync("/d/a"), sync.existsSync("/none"), sync.existsSync("/l/")]).toEqual([false, false, false])
    expect(() => sync.existsSync("/d/b")).toThrow("a synchronous function cannot wait")
    expect(() => sync.existsSync("/d")).toThrow("out of order")
  })

  it("strikes an open file under the name with which it was opened", async () => {
    const root = openMemoryRoot({ "/d/a": "aaaa", "/e/f": "", "/l": hardLink("/d/a") })
    const { promises } = root
    const [file, directory, below] = [
      await promises.open("/d/a"),
      await promises.open("/e"),
      await promises.open("/e/f")
    ]
    await promises.stat("/l")
    await promises.rename("/d/a", "/d/b")
    await promises.rm("/e", { recursive: true })
    root.inject([
      { step: "read", path: "/l", code: "EIO" },
      { step: "read", path: "/d/b", code: "EBUSY" },
      { method: "stat", path: "/e", code: "ESTALE" },
      { method: "stat", path: "/e/f", code: "EIO" }
    ])
    expect([await codeOf(file.read()), await codeOf(directory.stat()), await codeOf(below.stat())]).toEqual([
      "EBUSY",
      "ESTALE",
      "EIO"
    ])
    expect(format(root.operations().slice(-3))).toBe("read \"/d/b\": EBUSY\nstat \"/e\": ESTALE\nstat \"/e/f\": EIO")
  })

  it("is refused if it could never strike", () => {
    // @ts-expect-error There is no such method.
    expect(() => opened({ method: "readfile", code: "EIO" })).toThrow("there is no method \"readfile\"")
    // @ts-expect-error Node's name for this method is `mkdir`.
    expect(() => opened({ method: "makeDirectory", code: "EIO" })).toThrow(TypeError)
    const root = opened()
    // @ts-expect-error There is no such step.
    expect(() => root.inject([{ step: "creat", code: "EIO" }])).toThrow("there is no step \"creat\"")
  })
})

describe("the journal", () => {
  it("lists all functions that were called, including those of open files and roots further down", async () => {
    const root = openMemoryRoot(tree)
    const { promises, sync } = root
    await promises.copyFile("/d/a", "/d/c")
    sync.mkdirSync("/e")
    const file = await promises.open("/l", "r+")
    await file.readv([new Uint8Array(3)])
    await file.write("z", 4)
    await file.close()
    const names: Array<string> = []
    for await (const { name } of root.directory.streamDirectoryEntries("/d")) names.push(name)
    expect(names.toSorted()).toEqual(["a", "b", "c"])
    const inner = await root.subRoot("/d")
    expect(await codeOf(inner.promises.readFile("/none"))).toBe("ENOENT")
    expect(format(root.operations()).split("\n")).toEqual([
      "copyFile \"/d/a\" -> \"/d/c\": ok, 4 bytes read, 4 bytes written",
      "mkdir \"/e\": ok",
      "open \"/l\": ok",
      "readv \"/d/a\": ok, 3 bytes read",
      "write \"/d/a\": ok, 1 byte written",
      "close \"/d/a\": ok",
      "streamDirectoryEntries \"/d\": ok",
      "subRoot \"/d\": ok",
      "readFile \"/none\" in \"/d\": ENOENT"
    ])
    expect(() => root.expectOperations([{ method: "copyFile" }], { where: ({ method }) => method === "mkdir" }))
      .toThrow(
        "- copyFile\n+ mkdir \"/e\": ok"
      )
  })

  it("says how an atomic write in pieces ended, not only that it was opened", async () => {
    const before = (last: () => unknown) =>
      async function*() {
        yield new Uint8Array(3)
        await last()
      }
    const whole = before(() => undefined)
    for (const step of ["write", "fsync", "rename"] as const) {
      const root = opened({ step, code: "EIO" })
      expect(await codeOf(root.directory.writeFileAtomic("/d/a", whole()))).toBe("EIO")
      expect(root.operations()).toMatchObject([{ method: "writeFileAtomic", outcome: "failed", code: "EIO" }])
    }
    const root = opened()
    await root.directory.writeFileAtomic("/d/a", whole())
    const gone = before(() => Promise.reject(new Error("the client is gone")))
    expect(await codeOf(root.directory.writeFileAtomic("/d/a", gone()))).toBe("the client is gone")
    const control = new AbortController()
    const aborted = before(() => control.abort())
    const writing = root.directory.writeFileAtomic("/d/a", aborted(), { signal: control.signal })
    await expect(writing).rejects.toThrow("aborted")
    const shown = before(() => expect(root.operations().at(-1)).toMatchObject({ outcome: "pending" }))
    await root.directory.writeFileAtomic("/d/a", shown())
    expect(format(root.operations()).split("\n")).toEqual([
      "writeFileAtomic \"/d/a\": ok, 3 bytes written",
      "writeFileAtomic \"/d/a\": interrupted, 3 bytes written",
      "writeFileAtomic \"/d/a\": interrupted, 3 bytes written",
      "writeFileAtomic \"/d/a\": ok, 3 bytes written"
    ])
  })

  it("names the function that appended, to a path or to an open file", async () => {
    const root = openMemoryRoot(tree)
    await root.promises.appendFile("/d/a", "x")
    await using file = await root.promises.open("/d/a", "a")
    await file.appendFile("y")
    await root.promises.appendFile(file, "z")
    expect(root.operations().map(({ method }) => method)).toEqual([
      "appendFile",
      "open",
      "appendFile",
      "appendFile"
    ])
  })

  it("says that a walk failed after it had begun", async () => {
    const root = opened()
    const entries = root.directory.walkTree("/", { maxRemembered: 2 })
    expect(await codeOf(collect(entries))).toBe("EOVERFLOW")
    expect(root.operations()).toMatchObject([{ method: "walkTree", outcome: "failed", code: "EOVERFLOW" }])
  })

  it.each(["walkTree", "streamDirectoryEntries"] as const)(
    "says that %s was interrupted while it read",
    async (method) => {
      const root = opened({ step: "readdir", path: "/d", hang: true })
      const control = new AbortController()
      const listing = collect<unknown>(root.directory[method]("/d", { signal: control.signal }))
      setImmediate(() => control.abort())
      await expect(listing).rejects.toThrow("aborted")
      expect(root.operations()).toMatchObject([{ method, outcome: "interrupted" }])
    }
  )
})
