/** What only the edition with promises has: opening and closing, signals, options. */
import { link, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { atRest, descriptors, settled } from "@procfsroot/testkit/descriptors"
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary, mountTmpfs } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { pathToFileURL } from "node:url"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { box } from "./box.js"
import { rejection, thrown } from "./rejection.js"
import { nativeCalls } from "./nativeCalls.js"

describe.each<readonly [name: string, options: Options]>([
  ["by openat2, if it is there", {}],
  ["by the walk", { strategy: "walk" }],
  ["off the main thread", { offMainThread: true }]
])("a root %s", (_, options) => {
  it("resolves, locates and explains", async () => {
    using directory = box()
    await using root = await openRoot(directory.path, options)
    expect(await root.resolve("/d/../../d/link")).toBe("/f")
    expect(await root.resolve("new/name", { missing: "tail" })).toBe("/new/name")
    expect(await root.resolveAll(new Set(["/d/link", "/none", "/a\0b"]))).toMatchObject([
      { path: "/f" },
      { error: { _tag: "PathNotFound", at: "/none", root: directory.path } },
      { error: { _tag: "InvalidPath" } }
    ])
    expect(await root.locate("d/none/x")).toMatchObject({
      deepest: "/d",
      remaining: "none/x",
      error: { code: "ENOENT" }
    })
    expect(await root.explain("/d/link")).toMatchObject({ hops: [{ link: "/d/link" }], result: { path: "/f" } })
    expect(root.hostPath(await root.resolve("/d"))).toBe(`${directory.path}/d`)
    const error = await rejection(root.resolve("/loop"))
    expect(error).toMatchObject({
      code: "ELOOP",
      errno: -40,
      path: "/loop",
      cause: { _tag: "SymlinkLoop", cycle: ["/loop"], root: directory.path }
    })
    expect(error.message).toContain("its links form a loop")
    await expect(rejection(root.resolve("/", { maxSymlinks: -1 }))).resolves.toBeInstanceOf(RangeError)
    const none: object = JSON.parse("null")
    for (
      const call of [() => root.resolve("/", none), () => root.resolveAll(["/"], none), () => root.locate("/", none)]
    ) {
      await expect(call()).rejects.toThrow(new TypeError("options must be an object, not null"))
    }
  })

  it("opens the directory of a file URL", async () => {
    using directory = box()
    await using root = await openRoot(pathToFileURL(`${directory.path}/d`), options)
    expect(root.path).toBe(`${directory.path}/d`)
    expect(await root.promises.readdir("/")).toEqual(["link"])
    const missing = await rejection(openRoot(pathToFileURL(`${directory.path}/100%`), options))
    expect(missing).toMatchObject({ code: "ENOENT", path: `${directory.path}/100%` })
    const refused = await rejection(openRoot(new URL("https://example.org/d"), options))
    expect(refused).toMatchObject({ code: "ERR_INVALID_URL_SCHEME" })
  })

  it("is closed by await using, and leaves no descriptor open", async () => {
    using directory = box()
    const before = await atRest()
    let outside: OpenRoot
    {
      await using root = await openRoot(directory.path, options)
      outside = root
      expect(await root.promises.readFile("/d/link", "utf8")).toBe("content")
    }
    expect(await settled(before)).toBe(before)
    expect(await rejection(outside.promises.stat("/f"))).toMatchObject({
      code: "EBADF",
      syscall: "stat",
      path: "/f",
      cause: { _tag: "RootClosed" }
    })
    expect(thrown(() => outside.sync.mkdirSync("/x"))).toMatchObject({ code: "EBADF", cause: { _tag: "RootClosed" } })
    expect(await rejection(outside.promises.watch("/")[Symbol.asyncIterator]().next())).toMatchObject({ code: "EBADF" })
    expect(await rejection(outside.resolve("/f"))).toMatchObject({ code: "EBADF", cause: { _tag: "RootClosed" } })
    await outside.close()
  })

  it("leaves nothing open if opening it is aborted", async () => {
    using directory = box()
    const before = await atRest()
    const reason = new Error("enough")
    expect(await rejection(openRoot(directory.path, { ...options, signal: AbortSignal.abort(reason) }))).toBe(reason)
    const later = new AbortController()
    const opening = openRoot(directory.path, { ...options, signal: later.signal })
    later.abort(reason)
    const opened = await opening.catch((error: unknown) => error)
    if (opened !== reason) await (await opening).close()
    expect(await settled(before)).toBe(before)
  })

  it("rejects with the signal's reason", async () => {
    using directory = box()
    await using root = await openRoot(directory.path, options)
    const reason = new Error("enough")
    const paths = Array.from({ length: 20_000 }, (_, i) => `/d/${i}`)
    const later = new AbortController()
    setImmediate(() => later.abort(reason))
    expect(await rejection(root.resolveAll(paths, { signal: later.signal }))).toBe(reason)
    expect(await rejection(root.resolve("/f", { signal: later.signal }))).toBe(reason)
  })
})

describe("opening", () => {
  it("rejects with an error in Node's form", async () => {
    using directory = box()
    const missing = `${directory.path}/none`
    const error = await rejection(openRoot(missing))
    expect(error).toMatchObject({ code: "ENOENT", errno: -2, syscall: "open", path: missing })
    expect(error.message).toContain("it does not exist")
    expect(await rejection(openRoot(`${directory.path}/f`))).toMatchObject({ code: "ENOTDIR" })
    expect(await rejection(openRoot(`${directory.path}/\0`))).toMatchObject({ code: "EINVAL" })
  })

  it("accepts a process", async () => {
    await using root = await openRoot({ pid: process.pid }, { readOnly: true })
    expect(root.path).toBe(`/proc/${process.pid}/root`)
    expect((await root.promises.stat("/proc")).isDirectory()).toBe(true)
    const error = await rejection(openRoot({ pid: 2 ** 22 + 1 }))
    expect(error).toMatchObject({ code: "ESRCH", message: expect.stringContaining("There is no process 4194305") })
  })
})

describe("a read-only root", () => {
  it("reads files and refuses changes, including changes through open files", async () => {
    using directory = box()
    await using root = await openRoot(directory.path, { readOnly: true })
    const { promises } = root
    expect(await promises.readFile("/f", "utf8")).toBe("content")
    expect(await rejection(promises.writeFile("/f", ""))).toMatchObject({ code: "EROFS", syscall: "open", path: "/f" })
    expect(await rejection(promises.unlink("/f"))).toMatchObject({ code: "EROFS", syscall: "unlink", path: "/f" })
    expect(await rejection(promises.open("/f", promises.constants.O_RDWR))).toMatchObject({ code: "EROFS" })
    await using file = await promises.open("/f")
    expect(await rejection(file.chmod(0o777))).toMatchObject({ code: "EROFS", syscall: "fchmod" })
    expect(await rejection(file.chown(0, 0))).toMatchObject({ code: "EROFS", syscall: "fchown" })
    expect(await rejection(file.utimes(1, 1))).toMatchObject({ code: "EROFS" })
    expect(await file.readFile("utf8")).toBe("content")
  })
})

describe("a signal", () => {
  it("ends long operations, which leave nothing open", async () => {
    using directory = box(5_000)
    await using root = await openRoot(directory.path)
    const before = await atRest()
    const { promises } = root
    const works = [
      (signal: AbortSignal) => promises.cp("/d", "/copy", { recursive: true, signal }),
      (signal: AbortSignal) => promises.readdir("/", { recursive: true, signal }),
      (signal: AbortSignal) => promises.rm("/d", { recursive: true, signal })
    ]
    for (const work of works) {
      const reason = new Error("enough")
      const later = new AbortController()
      const working = work(later.signal)
      later.abort(reason)
      expect(await rejection(working)).toBe(reason)
      // Not necessarily equal: calls of earlier tests may still be on the thread pool.
      expect(descriptors()).toBeLessThanOrEqual(before)
    }
    expect(Fs.readdirSync(`${directory.path}/d`).length).toBeGreaterThan(0)
  })

  it("that is already aborted lets no stat begin, as in Node 26", async () => {
    using directory = box()
    await using root = await openRoot(directory.path)
    const reason = new Error("enough")
    // The types of Node 20 do not have the option.
    const options = { bigint: false, throwIfNoEntry: false, signal: AbortSignal.abort(reason) } as const
    const wrong = { bigint: false, signal: Object("signal") } as const
    for (const { promises } of [root, openMemoryRoot({ "/f": "" })]) {
      await using file = await promises.open("/f")
      const stats = [
        (given: typeof options | typeof wrong) => promises.stat("/f", given),
        (given: typeof options | typeof wrong) => promises.lstat("/none", given),
        (given: typeof options | typeof wrong) => file.stat(given)
      ]
      for (const stat of stats) {
        expect(await rejection(stat(options))).toBe(reason)
        expect(await rejection(stat(wrong))).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" })
      }
    }
  })

  it("ends a read that waits", async () => {
    await using root = openMemoryRoot({
      "/fifo": { type: "FIFO", mode: 0o600, uid: 0, gid: 0, mtime: new Date(0) }
    })
    const later = new AbortController()
    const reading = root.promises.readFile("/fifo", { signal: later.signal })
    later.abort(new Error("enough"))
    await expect(reading).rejects.toThrow("enough")
  })
})

describe("stats with bigint", () => {
  it.each(["kernel", "walk"] as const)("are exact: %s", async (strategy) => {
    using directory = box()
    const path = `${directory.path}/f`
    // Node cannot set nanoseconds.
    execFileSync("touch", ["-d", "2024-05-06T07:08:09.123456789Z", path])
    await using root = await openRoot(directory.path, { strategy })
    await using file = await root.promises.open("/f")
    const options = { bigint: true } as const
    const { mtimeNs, ...stats } = { ...Fs.statSync(path, options) }
    expect(mtimeNs % 1_000_000_000n).toBe(123_456_789n)
    const all = [
      await root.promises.stat("/d/link", options),
      await root.promises.lstat("/f", options),
      await file.stat(options),
      root.sync.statSync("/f", options)
    ]
    for (const found of all) expect(found).toMatchObject({ mtimeNs, ...stats })
  })
})

it("stat resolves to undefined for a missing file if asked to, and rejects with all other failures", async () => {
  using directory = box()
  await using root = await openRoot(directory.path)
  const memory = openMemoryRoot({ "/f": "", "/loop": link("/loop") })
  // The types of Node 20 do not have the option.
  const quiet = { bigint: false, throwIfNoEntry: false } as const
  for (const { promises } of [root, memory]) {
    expect((await promises.stat("/f", quiet)).isFile()).toBe(true)
    expect([await promises.stat("/none/f", quiet), await promises.stat("/f/g", quiet)]).toEqual([undefined, undefined])
    expect(await rejection(promises.stat("/loop/f", quiet))).toMatchObject({ code: "ELOOP", path: "/loop/f" })
    expect(await rejection(promises.lstat("/none", quiet))).toMatchObject({ code: "ENOENT", path: "/none" })
  }
})

describe("sync", () => {
  it("has the functions of Node that never wait", async () => {
    using directory = box()
    await using root = await openRoot(directory.path)
    const { promises, sync } = root
    expect(sync.mkdirSync("/a/b", { recursive: true })).toBe("/a")
    sync.symlinkSync("/a", "/s")
    expect([sync.readlinkSync("/s"), sync.realpathSync("/s/b"), sync.realpathSync.native("/s")]).toEqual([
      "/a",
      "/a/b",
      "/a"
    ])
    expect(sync.statSync("/none", { throwIfNoEntry: false })).toBeUndefined()
    expect(sync.lstatSync("/s").isSymbolicLink()).toBe(true)
    expect([sync.existsSync("/s"), sync.existsSync("/loop")]).toEqual([true, false])
    sync.renameSync("/f", "/g")
    sync.linkSync("/g", "/h")
    sync.chmodSync("/h", "600")
    sync.utimesSync("/h", 1, 2)
    sync.accessSync("/h", sync.constants.R_OK)
    expect(await promises.stat("/g")).toMatchObject({ mode: 0o100600, nlink: 2, atimeMs: 1_000, mtimeMs: 2_000 })
    sync.lutimesSync("/s", new Date(2 ** 42), 4)
    const [uid = 0, gid = 0] = process.getuid?.() === 0 ? [5, 6] : [process.getuid?.(), process.getgid?.()]
    sync.lchownSync("/s", uid, gid)
    expect(sync.lstatSync("/s")).toMatchObject({ uid, gid, atimeMs: 2 ** 42, mtimeMs: 4_000 })
    const { bavail, bfree, ffree, ...size } = sync.statfsSync("/", { bigint: true })
    expect(Fs.statfsSync(directory.path, { bigint: true })).toMatchObject(size)
    expect([typeof bavail, typeof bfree, typeof ffree]).toEqual(["bigint", "bigint", "bigint"])
    sync.unlinkSync("/h")
    sync.rmdirSync("/a/b")
    expect(sync.mkdtempSync("/t-")).toMatch(/^\/t-\w{6}$/)
    expect(() => sync.mkdtempSync("")).toThrow("EINVAL")
    expect((await promises.readdir("/")).length).toBe(6)
  })
})

it("a root is printed by its path and its strategy, without its functions", async () => {
  using directory = box()
  await using root = await openRoot(directory.path, { strategy: "walk" })
  const shown = (path: string, { strategy }: OpenRoot) => `OpenRoot ${inspect({ path, strategy })}`
  expect(inspect(root)).toBe(shown(directory.path, root))
  await using inner = await root.subRoot("/d")
  expect(inspect(inner)).toBe(shown(`${directory.path}/d`, inner))
  await using memory = openMemoryRoot({})
  expect(inspect(memory)).toBe(shown("/", memory))
})

it("names that are not UTF-8 can be passed and listed as bytes", async () => {
  using directory = temporary()
  await using root = await openRoot(directory.path)
  const name = Buffer.from([0x2f, 0xff])
  await root.promises.writeFile(name, "x")
  expect(Fs.readdirSync(directory.path, "buffer")).toEqual([name.subarray(1)])
  expect(await root.promises.readdir("/", "buffer")).toEqual([name.subarray(1)])
  const [text = ""] = await root.promises.readdir("/")
  expect(await root.promises.readFile(text, "utf8")).toBe("x")
})

describe.each<readonly [name: string, open: (directory: string, options: PathPolicy) => Promise<OpenRoot>]>([
  ["on a disk", (directory, policy) => openRoot(directory, policy)],
  ["on a disk, by the walk", (directory, policy) => openRoot(directory, { ...policy, strategy: "walk" })],
  ["in memory", async (_, policy) => openMemoryRoot({ "/f": "content", "/d/link": link("/f") }, policy)]
])("the policy of a root %s", (_, open) => {
  it("applies to every path of its file system", async () => {
    using directory = box()
    await using beneath = await open(directory.path, { containment: "beneath" })
    expect(await beneath.promises.readFile("d/../f", "utf8")).toBe("content")
    for (const path of ["/f", "../f", "d/link"]) {
      const error = await rejection(beneath.promises.readFile(path))
      expect(error).toMatchObject({ code: "EXDEV", cause: { _tag: "EscapesRoot" } })
    }
    await using without = await open(directory.path, { symlinks: "forbid" })
    expect(await without.promises.readlink("/d/link")).toBe("/f")
    expect(await rejection(without.promises.stat("/d/link"))).toMatchObject({
      code: "ELOOP",
      cause: { _tag: "SymlinkForbidden" }
    })
    // The root's own methods have their own policy.
    expect(await without.resolve("/d/link")).toBe("/f")
    await using from = await open(directory.path, { from: "/d" })
    expect(await from.promises.readFile("link", "utf8")).toBe("content")
    expect(await from.promises.readFile("../f", "utf8")).toBe("content")
    expect(await from.resolve("d/link")).toBe("/f")
    expect(await from.resolve("link", { from: "d" })).toBe("/f")
    await using nowhere = await open(directory.path, { from: "nope" })
    expect(await rejection(nowhere.promises.mkdir("x", { recursive: true }))).toMatchObject({ code: "ENOENT" })
    await using onOneMount = await open(directory.path, { mounts: "forbid" })
    expect(await onOneMount.promises.readFile("d/link", "utf8")).toBe("content")
  })

  it("that is invalid opens nothing", async () => {
    using directory = box()
    const before = await atRest()
    await expect(open(directory.path, { maxSymlinks: -1 })).rejects.toThrow(RangeError)
    await expect(open(directory.path, { from: "" })).rejects.toThrow(RangeError)
    // As from a settings file, which no compiler checks.
    const misspelt: Options = JSON.parse(`{ "symlinks": "forbidden" }`)
    await expect(open(directory.path, misspelt)).rejects.toThrow(`symlinks must be follow or forbid, not "forbidden"`)
    expect(await settled(before)).toBe(before)
  })
})

it.skipIf(without("mountHere"))(
  "a root is not confused with what is mounted on it, even if its inode number is the same",
  async () => {
    using directory = mountedTemporary()
    mountTmpfs(directory.path)
    const { ino } = Fs.statSync(directory.path)
    Fs.writeFileSync(`${directory.path}/below`, "below")
    await using root = await openRoot(directory.path, { native: "none" })
    mountTmpfs(directory.path)
    expect(Fs.statSync(directory.path).ino).toBe(ino)
    expect(await root.resolve("below")).toBe("/below")
  }
)

it.skipIf(without("mountHere"))("a root that forbids mounts does not enter any", async () => {
  using directory = mountedTemporary()
  Fs.mkdirSync(`${directory.path}/d`)
  Fs.writeFileSync(`${directory.path}/f`, "content")
  bindMount(directory.path, `${directory.path}/d`)
  await using root = await openRoot(directory.path, { mounts: "forbid" })
  expect(await root.promises.readFile("f", "utf8")).toBe("content")
  expect(await rejection(root.promises.readFile("d/f"))).toMatchObject({
    code: "EXDEV",
    cause: { _tag: "CrossesMount", at: "/d", known: true }
  })
})

describe.skipIf(without("openat2", "mountHere", nativeCalls))("a mount over the root after it was opened", () => {
  it.each<readonly [name: string, options: Options, over: string]>([
    ["is entered by the kernel on the way up", {}, "over"],
    ["is not entered without native calls", { native: "none" }, "ENOENT"],
    ["is not entered if mounts are forbidden", { mounts: "forbid" }, "ENOENT"],
    ["is not entered without native calls if mounts are forbidden", { native: "none", mounts: "forbid" }, "ENOENT"]
  ])("%s", async (_, options, over) => {
    using directory = mountedTemporary()
    Fs.mkdirSync(`${directory.path}/x`)
    Fs.writeFileSync(`${directory.path}/below`, "below")
    await using root = await openRoot(directory.path, options)
    mountTmpfs(directory.path)
    Fs.writeFileSync(`${directory.path}/over`, "over")
    const read = (path: string) => root.promises.readFile(path, "utf8").catch(({ code }: NodeJS.ErrnoException) => code)
    expect(await read("below")).toBe("below")
    expect(await read("x/../below")).toBe("below")
    expect(await read("over")).toBe("ENOENT")
    expect(await read("x/../over")).toBe(over)
  })
})
