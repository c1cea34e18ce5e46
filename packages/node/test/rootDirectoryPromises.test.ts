/**
 * What is specific to `root.directory` and `root.subRoot` with promises: their results, errors, iterations and signals.
 */
import { directory, link, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import type { RootDirectory } from "@procfsroot/node/RootDirectory"
import { atRest, descriptors, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import { EventEmitter, once } from "node:events"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

/** More than one part of a directory. */
const NAMES = 1_100

/** A directory with many names, files and links. */
const box = () => {
  const place = temporary()
  Fs.mkdirSync(`${place.path}/d/many`, { recursive: true })
  Fs.writeFileSync(`${place.path}/d/f`, "content")
  Fs.symlinkSync("/d/f", `${place.path}/l`)
  for (let i = 0; i < NAMES; i++) Fs.writeFileSync(`${place.path}/d/many/${i}`, "")
  return place
}

const openings: ReadonlyArray<readonly [name: string, open: (place: string) => Promise<OpenRoot>]> = [
  ["on a disk", (place) => openRoot(place)],
  ["on a disk, by the walk", (place) => openRoot(place, { strategy: "walk" })],
  ["in memory", async () => {
    const many = Array.from({ length: NAMES }, (_, i) => [`/d/many/${i}`, ""] as const)
    return openMemoryRoot({ "/d": directory(), "/d/f": "content", "/l": link("/d/f"), ...Object.fromEntries(many) })
  }]
]

const iterations: ReadonlyArray<
  readonly [name: string, begin: (directory: RootDirectory, signal?: AbortSignal) => AsyncIterable<{ name: string }>]
> = [
  ["streamDirectoryEntries", (directory, signal) => directory.streamDirectoryEntries("/d/many", { signal })],
  ["walkTree", (directory, signal) => directory.walkTree("/", { signal })]
]

const isOnDisk = ({ path }: OpenRoot): boolean => path !== "/"

it.each(["write", "fsync", "close", "rename"] as const)(
  "a fault of the step %s strikes a write in pieces",
  async (step) => {
    const faults = [{ method: "writeFileAtomic", step, code: "EIO" }] as const
    await using root = openMemoryRoot({ "/f": "old" }, { faults })
    const failure = await rejection(root.directory.writeFileAtomic("/f", ["new", "er"]))
    expect(failure).toMatchObject({ code: "EIO", syscall: step })
    expect(root.snapshot()).toMatchObject({ "/f": { content: "old" } })
    expect(Object.keys(root.snapshot())).toEqual(["/", "/f"])
  }
)

it("a file that is opened for pieces is removed if a delay in memory is aborted after that", async () => {
  await using root = openMemoryRoot({ "/f": "old" }, { faults: [{ step: "open", delay: 10_000 }] })
  const signal = AbortSignal.timeout(1)
  const reason = await rejection(root.directory.writeFileAtomic("/f", ["new"], { signal }))
  expect(reason).toBe(signal.reason)
  expect(Object.keys(root.snapshot())).toEqual(["/", "/f"])
})

describe.each(openings)("a root %s", (_, open) => {
  it("returns plain data", async () => {
    using place = box()
    await using root = await open(place.path)
    const { directory } = root
    expect(await directory.stat("/l")).toMatchObject({
      type: "File",
      size: 7n,
      mode: 0o100644,
      mtimeNs: expect.any(BigInt)
    })
    expect(await directory.lstat("/l")).toMatchObject({ type: "SymbolicLink" })
    expect(await directory.readFileBounded("/l", { maxBytes: 7 })).toEqual(new TextEncoder().encode("content"))
    expect(await directory.readDirectoryEntries("/")).toEqual(expect.arrayContaining([
      { name: "d", type: "Directory" },
      { name: "l", type: "SymbolicLink" }
    ]))
    expect(await directory.readDirectoryEntries("/", { recursive: true })).toContainEqual({ name: "d/f", type: "File" })
    expect(await directory.statfs("/d")).toMatchObject({ type: expect.any(BigInt), freeBlocks: expect.any(BigInt) })
    await directory.writeFileAtomic("/d/new", "ä")
    await directory.writeFileAtomic("/d/newer", Buffer.from("x"), { mode: 0o600 })
    expect(await root.promises.readFile("/d/new", "utf8")).toBe("ä")
    expect((await root.promises.stat("/d/newer")).mode).toBe(0o100600)
    await directory.lutimes("/l", new Date(2 ** 42), 2)
    const [uid = 0, gid = 0] = process.getuid?.() === 0 ? [3, 4] : [process.getuid?.(), process.getgid?.()]
    await directory.lchown("/l", uid, gid)
    expect(await directory.lstat("/l")).toMatchObject({ uid, gid, mtimeNs: 2_000_000_000n })
    await directory.rename("/d/new", "/d/old", { mode: "replace" })
    expect(root.sync.existsSync("/d/new")).toBe(false)
  })

  it("walks a tree in the order of its names, and does not enter the directories that `enter` rejects", async () => {
    using place = box()
    await using root = await open(place.path)
    const seen = []
    const options = { enter: ({ name }: { readonly name: string }) => name !== "many" }
    for await (const entry of root.directory.walkTree("/", options)) seen.push(entry)
    const parts: Array<unknown> = []
    for await (const part of root.directory.walkTree("/", options).parts()) parts.push(...part)
    expect(parts).toEqual(seen)
    expect(seen).toEqual([
      { name: "d", type: "Directory", path: "d", depth: 1 },
      { name: "f", type: "File", path: "d/f", depth: 2 },
      { name: "many", type: "Directory", path: "d/many", depth: 2 },
      { name: "l", type: "SymbolicLink", path: "l", depth: 1 }
    ])
  })

  it("walks a directory that has no more names than `maxRemembered`", async () => {
    using place = box()
    await using root = await open(place.path)
    const walked = async (path: string, maxRemembered: number) => {
      const names = []
      for await (const { name } of root.directory.walkTree(path, { maxRemembered, enter: () => false })) {
        names.push(name)
      }
      return names
    }
    const names = Array.from({ length: NAMES }, (_, i) => String(i)).toSorted()
    expect(await walked("/d/many", NAMES)).toEqual(names)
    expect(await rejection(walked("/d/many", NAMES - 1))).toMatchObject({ code: "EOVERFLOW", syscall: "scandir" })
  })

  it("rejects with Node's errors, which contain the system call", async () => {
    using place = box()
    const root = await open(place.path)
    const { directory } = root
    const errors = async (path: string) => {
      const all = await Promise.all([
        directory.stat(path),
        directory.lstat(path),
        directory.lchown(path, 1, 1),
        directory.lutimes(path, 1, 1),
        directory.getExtendedAttribute(path, "user.x"),
        directory.listExtendedAttributes(path),
        directory.setExtendedAttribute(path, "user.x", new Uint8Array(1)),
        directory.removeExtendedAttribute(path, "user.x"),
        directory.makeNode(path, { type: "FIFO" }),
        directory.writeFileAtomic(path, ""),
        directory.readFileBounded(path, { maxBytes: 1 }),
        directory.readDirectoryEntries(path),
        directory.streamDirectoryEntries(path)[Symbol.asyncIterator]().next(),
        directory.walkTree(path)[Symbol.asyncIterator]().next(),
        directory.statfs(path),
        directory.openDescriptor(path),
        root.subRoot(path)
      ].map(rejection))
      return all.map((error) => {
        const { code, path, syscall } = error as NodeJS.ErrnoException // of a root
        const { _tag } = error.cause as { readonly _tag: string } // a `ResolveFailure`
        return [code, syscall, path, _tag].join(" ")
      })
    }
    const calls = [
      "stat lstat lchown lutime getxattr listxattr setxattr removexattr mknod open open scandir scandir scandir",
      "statfs open open"
    ].join(" ").split(" ")
    expect(await errors("/none/x")).toEqual(calls.map((call) => `ENOENT ${call} /none/x PathNotFound`))
    expect(await rejection(directory.rename("/d", "/none/x", { mode: "exchange" }))).toMatchObject({
      code: "ENOENT",
      syscall: "rename",
      path: "/d",
      dest: "/none/x"
    })
    expect(await rejection(directory.readFileBounded("/d/f", { maxBytes: 6 }))).toMatchObject({
      code: "ERR_FS_FILE_TOO_LARGE"
    })
    await root.close()
    expect(await errors("/d")).toEqual(calls.map((call) => `EBADF ${call} /d RootClosed`))
  })

  it("opens descriptors, which are closed at the end of their block", async () => {
    using place = box()
    await using root = await open(place.path)
    const before = await atRest()
    let outside
    {
      await using top = await root.directory.openDescriptor("/", { flag: "path" })
      await using file = await root.directory.openDescriptor("/l")
      await using made = await root.directory.openDescriptor("/d/made", { flag: "wx" })
      expect(new Set([top.fd, file.fd, made.fd]).size).toBe(3)
      outside = file
    }
    expect(outside.fd).toBe(-1)
    await outside.close()
    expect(root.sync.statSync("/d/made").mode).toBe(0o100644)
    expect(await settled(before)).toBe(before)
  })

  it("opens descriptors only with flags that are strings, which no getter can change", async () => {
    using place = box()
    await using whole = await open(place.path)
    await using root = await whole.subRoot("/", { readOnly: true })
    let reads = 0
    const flags = {
      read: true,
      get write() {
        return reads++ > 0
      }
    }
    expect(await rejection(root.directory.openDescriptor("/l", { flag: flags as never })))
      .toMatchObject({ code: "ERR_INVALID_ARG_VALUE" })
    expect(reads).toBe(0)
  })

  it("opens roots inside it, which are closed at the end of their block and work after it is closed", async () => {
    using place = box()
    const before = await atRest()
    const root = await open(place.path)
    {
      await using inner = await root.subRoot("d/../d", { readOnly: true })
      expect(inner.path).toBe(root.hostPath(await root.resolve("/d")))
      expect(inner.hostPath(await inner.resolve("/../f"))).toBe(`${inner.path}/f`)
      expect(inner.strategy).toEqual(root.strategy)
      await root.close()
      expect(await inner.promises.readFile("/../f", "utf8")).toBe("content")
      expect(await rejection(inner.promises.unlink("/f"))).toMatchObject({ code: "EROFS" })
      await using innermost = await inner.subRoot("/many", { containment: "beneath", readOnly: false })
      expect(await innermost.promises.readFile("0", "utf8")).toBe("")
      expect(await rejection(innermost.promises.readFile("/0"))).toMatchObject({ code: "EXDEV" })
      expect(await rejection(innermost.promises.unlink("0"))).toMatchObject({ code: "EROFS" })
    }
    expect(await settled(before)).toBe(before)
    expect(await rejection(root.subRoot("/d"))).toMatchObject({ code: "EBADF", cause: { _tag: "RootClosed" } })
  })

  it("does not open a root at a file, or with an invalid policy", async () => {
    using place = box()
    await using root = await open(place.path)
    const before = await atRest()
    expect(await rejection(root.subRoot("/d/f"))).toMatchObject({ code: "ENOTDIR", syscall: "open", path: "/d/f" })
    expect(await rejection(root.subRoot("/d", { maxSymlinks: -1 }))).toBeInstanceOf(RangeError)
    // As from a settings file, which no compiler checks.
    const misspelt: PathPolicy = JSON.parse(`{ "containment": "benaeth" }`)
    expect(await rejection(root.subRoot("/d", misspelt))).toBeInstanceOf(RangeError)
    expect(await settled(before)).toBe(before)
  })

  it.each(iterations)("%s: closes what it has opened, however the iteration ends", async (_, begin) => {
    using place = box()
    await using root = await open(place.path)
    const before = await atRest()
    for await (const { name } of begin(root.directory)) {
      expect(name).not.toBe("")
      if (isOnDisk(root)) expect(descriptors()).toBeGreaterThan(before)
      break
    }
    expect(await settled(before)).toBe(before)
    const failing = async () => {
      for await (const { name } of begin(root.directory)) throw new Error(name)
    }
    expect(await rejection(failing())).toMatchObject({ message: expect.any(String) })
    expect(await settled(before)).toBe(before)
    let count = 0
    for await (const _ of begin(root.directory)) count++
    expect(count).toBeGreaterThanOrEqual(NAMES)
    expect(await settled(before)).toBe(before)
    // Not started, so nothing is open.
    const unused = begin(root.directory)
    expect(await settled(before)).toBe(before)
    await unused[Symbol.asyncIterator]().return?.()
  })

  it.each(iterations)("%s: overlapping calls return each entry once", async (_, begin) => {
    using place = box()
    await using root = await open(place.path)
    const alone: Array<string> = []
    for await (const { name } of begin(root.directory)) alone.push(name)
    const iterator = begin(root.directory)[Symbol.asyncIterator]()
    const results = await Promise.all(Array.from({ length: alone.length + 3 }, () => iterator.next()))
    expect(results.flatMap(({ done, value }) => done === true ? [] : [(value as { name: string }).name])).toEqual(alone)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it.each(iterations)("%s: a signal ends it, and closes what it has opened", async (_, begin) => {
    using place = box()
    await using root = await open(place.path)
    const before = await atRest()
    const reason = new Error("enough")
    const later = new AbortController()
    const seen: Array<string> = []
    const iterating = async () => {
      for await (const { name } of begin(root.directory, later.signal)) {
        seen.push(name)
        if (seen.length === 2) later.abort(reason)
      }
    }
    expect(await rejection(iterating())).toBe(reason)
    expect(seen).toHaveLength(2)
    expect(await settled(before)).toBe(before)
    expect(await rejection(begin(root.directory, AbortSignal.abort(reason))[Symbol.asyncIterator]().next())).toBe(
      reason
    )
    const soon = new AbortController()
    const reading = begin(root.directory, soon.signal)[Symbol.asyncIterator]().next()
    soon.abort(reason)
    expect(await rejection(reading)).toBe(reason)
    expect(await settled(before)).toBe(before)
  })

  it.each(iterations)("%s: continues after the root is closed", async (_, begin) => {
    using place = box()
    const before = await atRest()
    const root = await open(place.path)
    let count = 0
    for await (const _ of begin(root.directory)) {
      if (count++ === 0) await root.close()
    }
    expect(count).toBeGreaterThanOrEqual(NAMES)
    expect(await settled(before)).toBe(before)
  })

  it("accepts a signal for operations that may take long", async () => {
    using place = box()
    await using root = await open(place.path)
    const before = await atRest()
    const reason = new Error("enough")
    const works: ReadonlyArray<(signal: AbortSignal) => Promise<unknown>> = [
      (signal) => root.directory.writeFileAtomic("/d/f", "new", { signal }),
      (signal) => root.directory.readFileBounded("/d/f", { maxBytes: 100, signal }),
      (signal) => root.directory.readDirectoryEntries("/", { recursive: true, signal })
    ]
    for (const work of works) expect(await rejection(work(AbortSignal.abort(reason)))).toBe(reason)
    expect(root.sync.statSync("/d/f").size).toBe(7)
    expect(await settled(before)).toBe(before)
  })

  it("a signal ends an atomic write whose data does not come", async () => {
    using place = box()
    await using root = await open(place.path)
    const before = await atRest()
    const reason = new Error("enough")
    const later = new AbortController()
    const source = new EventEmitter()
    const closed = once(source, "closed")
    const data = async function*() {
      try {
        yield "new "
        setImmediate(() => later.abort(reason))
        await once(source, "data")
        yield "content"
      } finally {
        source.emit("closed")
      }
    }
    const writing = root.directory.writeFileAtomic("/d/f", data(), { signal: later.signal })
    expect(await rejection(writing)).toBe(reason)
    expect(await root.promises.readFile("/d/f", "utf8")).toBe("content")
    expect((await root.promises.readdir("/d")).toSorted()).toEqual(["f", "many"])
    expect(await settled(before)).toBe(before)
    source.emit("data")
    await closed
  })
})

describe("on a disk", () => {
  it("reports what Node reports with bigint", async () => {
    using place = box()
    await using root = await openRoot(place.path)
    const { birthtimeNs, blksize, ctimeNs, dev, gid, ino, mode, mtimeNs, nlink, size, uid } = Fs.statSync(
      `${place.path}/d/f`,
      { bigint: true }
    )
    expect(await root.directory.stat("/d/f")).toMatchObject({
      blksize: Number(blksize),
      birthtimeNs: birthtimeNs === 0n ? undefined : birthtimeNs,
      ctimeNs,
      dev,
      gid: Number(gid),
      ino,
      mode: Number(mode),
      mtimeNs,
      nlink: Number(nlink),
      size,
      uid: Number(uid)
    })
  })

  it("opens descriptors of the process", async () => {
    using place = box()
    await using root = await openRoot(place.path)
    await using top = await root.directory.openDescriptor("/d", { flag: "path" })
    expect(Fs.readdirSync(`/proc/self/fd/${top.fd}`)).toContain("many")
    await using file = await root.directory.openDescriptor("/l", { flag: "r" })
    expect(Fs.readFileSync(file.fd, "utf8")).toBe("content")
  })

  it("a signal ends a long write, and leaves the old content and nothing else", async () => {
    using place = box()
    await using root = await openRoot(place.path)
    const before = await atRest()
    const reason = new Error("enough")
    const later = new AbortController()
    const writing = root.directory.writeFileAtomic("/d/f", new Uint8Array(1 << 22), { signal: later.signal })
    later.abort(reason)
    expect(await rejection(writing)).toBe(reason)
    expect(Fs.readFileSync(`${place.path}/d/f`, "utf8")).toBe("content")
    expect(Fs.readdirSync(`${place.path}/d`).toSorted()).toEqual(["f", "many"])
    expect(await settled(before)).toBe(before)
  })

  it("opens roots with the options of the outer one", async () => {
    using place = box()
    await using root = await openRoot(place.path, { offMainThread: true, readOnly: true })
    await using inner = await root.subRoot("/d")
    expect(await inner.resolve("/f")).toBe("/f")
    expect(await rejection(inner.promises.writeFile("/f", ""))).toMatchObject({ code: "EROFS" })
  })
})
