/** Faults and the journal of a root in memory with promises. */
import { type Fault, format, link, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { describe, expect, it } from "vitest"

const tree = { "/d/a": "aaaa", "/d/b": "bbbb", "/l": link("/d/a"), "/tmp/x": "" }

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(() => "ok", (error: NodeJS.ErrnoException) => error.code ?? error.message)

const opened = (...faults: ReadonlyArray<Fault>) => openMemoryRoot(tree, { faults })

const later = (milliseconds: number): Promise<string> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, "later"))

describe("a fault", () => {
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
      const ended = slow().then(() => "ended")
      expect(await Promise.race([ended, later(10)])).toBe("later")
      expect(await ended).toBe("ended")
    }
    expect(sync.statSync("/d/a").size).toBe(4)
    expect(root.report()).toMatchObject([{ matched: 4, struck: 4 }])
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
      { method: "stat", outcome: "interrupted" },
      { method: "stat", outcome: "interrupted" },
      { method: "readdir", outcome: "ok" }
    ])
  })

  it("can throw any other error", async () => {
    const root = opened({ method: "stat", defect: new Error("out of order") })
    await expect(root.promises.stat("/d")).rejects.toThrow("out of order")
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
})
