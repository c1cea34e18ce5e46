/** Roots over a file system of `@procfsroot/vfs`: writing, closing, roots in them, and operations that have to wait. */
import { Fs, openVfsRoot, type VfsRoot } from "@procfsroot/node"
import { Walk } from "@procfsroot/path"
import * as Attributes from "@procfsroot/vfs/Attributes"
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import { type InodeOperations, inOnePart } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import * as ReadOnlyTree from "@procfsroot/vfs/ReadOnlyTree"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const treeOf = (tree: MemoryTree.Tree) => {
  const made = MemoryTree.make(tree)
  if (made._tag === "Invalid") throw new Error(made.why)
  return made
}

const sourceOf = (memory: MemoryTree.Memory, events: Array<string> = []): VfsRoot.Source<unknown> => ({
  path: `tree:${memory.place}`,
  fileSystem: memory.fileSystem,
  walk: (path, policy) => Walk.run(memory.root, path, memory.lookup, policy),
  subRoot: (path, options) => sourceOf(memory.subRoot(path, options), events),
  close: () => void events.push(`closed ${memory.place}`)
})

const tree = { "/etc/motd": "hello\n", "/run/id": "7\n", "/var/run": MemoryTree.link("/run") }

const failingWith = (code: string) => expect.objectContaining({ code })

describe("a root over a file system", () => {
  it("has the functions of every root", async () => {
    await using root = openVfsRoot(sourceOf(treeOf(tree)))
    expect([root.path, root.hostPath(await root.resolve("/var/run/id"))]).toEqual(["tree:/", "tree:/run/id"])
    expect(root.strategy).toEqual({ name: "walk", reason: "this kind of root looks up every component" })
    expect(await root.resolveAll(["/var/run", "/nope"])).toMatchObject([{ path: "/run" }, {
      error: { code: "ENOENT" }
    }])
    expect((await root.explain("/var/run/id")).hops).toHaveLength(1)
    await root.promises.writeFile("/var/run/new", "text")
    await root.promises.cp("/run", "/copy", { recursive: true })
    expect(root.sync.readFileSync("/copy/new", "utf8")).toBe("text")
    expect(root.directorySync.lstat("/var/run").type).toBe("SymbolicLink")
    expect(await promisify(Fs.make(root).readFile)("/etc/motd", "utf8")).toBe("hello\n")
    await using file = await root.promises.open("/etc/motd")
    expect(file.fd).toBe(-1)
    await expect(root.promises.readFile("/nope")).rejects.toMatchObject({ code: "ENOENT", path: "/nope" })
    expect(() => root.sync.openSync("/etc/motd", "r")).toThrow(failingWith("ENOTSUP"))
  })

  it("closes its source once, after what outlives it", async () => {
    const events: Array<string> = []
    const root = openVfsRoot(sourceOf(treeOf(tree), events))
    const changes = root.promises.watch("/run")[Symbol.asyncIterator]()
    const next = changes.next()
    const inner = await root.subRoot("/var/run")
    expect([inner.path, inner.sync.readdirSync("/")]).toEqual(["tree:/run", ["id"]])
    await root.close()
    await root.close()
    await expect(root.promises.stat("/etc")).rejects.toMatchObject({ code: "EBADF" })
    await expect(root.subRoot("/etc")).rejects.toMatchObject({ code: "EBADF" })
    await expect(root.resolve("/etc")).rejects.toMatchObject({ code: "EBADF" })
    expect(() => root.sync.readdirSync("/")).toThrow(failingWith("EBADF"))
    expect(events).toEqual([])
    await inner.promises.writeFile("/new", "")
    expect(await next).toMatchObject({ value: { filename: "new" } })
    await changes.return?.()
    expect(events).toEqual(["closed /"])
    await inner.close()
    expect(events).toEqual(["closed /", "closed /run"])
  })

  it("cannot open a root in it if its source cannot", async () => {
    const { close, fileSystem, path, walk } = sourceOf(treeOf(tree))
    await using root = openVfsRoot({ path, fileSystem, walk, ...(close && { close }) })
    await expect(root.subRoot("/etc")).rejects.toMatchObject({ code: "ENOTSUP", syscall: "open", path: "/etc" })
  })
})

/** A directory with one file, whose content arrives later. */
const slow = (text: string): FileSystem.FileSystem<{ at: number }> => {
  const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 }
  const other = { nlink: 1, uid: 0, gid: 0, dev: 0, rdev: 0, blksize: 512, blocks: 1, ...times }
  const attributes = (mode: number): Attributes.Attributes => ({ mode, ino: mode, size: text.length, ...other })
  const entries = [{ name: "text", type: "File" as const }]
  const bytes = new TextEncoder().encode(text)
  const operations: InodeOperations<number, { at: number }> = {
    ...ReadOnlyTree.operations<number>({
      getattr: attributes,
      childAt: (_, name) => name === "text" ? 0o100444 : undefined,
      targetOf: String
    }),
    top: () => 0o040555,
    retain: () => () => {},
    lookup: ({ directory: { handle }, name }) => {
      if (name === ".") return { _tag: "Directory", handle }
      return name === "text" ? { _tag: "Other", handle: 0o100444 } : { _tag: "Missing" }
    },
    statfs: () => {
      throw Errno.make("ENOTSUP")
    },
    readdir: () => ["text"],
    readEntries: () => entries.slice(),
    openDirectory: () => inOnePart(entries),
    openInode: () => ({ at: 0 }),
    files: {
      ...ReadOnlyTree.fileOperations,
      getattr: () => attributes(0o100444),
      getattrExact: () => Attributes.exactly(attributes(0o100444)),
      identity: () => "text",
      read: (file, buffer, position) =>
        Program.call((done) => {
          const timer = setTimeout(() => {
            const part = bytes.subarray(position ?? file.at, (position ?? file.at) + buffer.length)
            buffer.set(part)
            if (position === undefined) file.at += part.length
            done({ value: part.length })
          })
          return () => clearTimeout(timer)
        }),
      sync: () => {},
      close: () => {}
    }
  }
  const unnamed = () => "unnamed"
  return FileSystem.make(operations, {
    now: () => 0,
    directoryName: unnamed,
    fileName: unnamed,
    writer: { begin: unnamed, end: () => {}, isAbandoned: () => false }
  })
}

describe("a file system that waits", () => {
  const opened = () =>
    openVfsRoot({
      path: "slow",
      fileSystem: slow("content"),
      walk: () => Walk.run(0, "/", () => ({ _tag: "Missing" }))
    })

  it("answers promises later, and ends them by a signal", async () => {
    await using root = opened()
    expect(await root.promises.readFile("/text", "utf8")).toBe("content")
    const reason = new Error("enough")
    const abort = new AbortController()
    const reading = root.promises.readFile("/text", { signal: abort.signal })
    abort.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await using file = await root.promises.open("/text")
    expect((await file.read(Buffer.alloc(3), 0, 3, 4)).buffer.toString()).toBe("ent")
  })

  it("answers synchronous functions that do not wait, and throws from others", async () => {
    await using root = opened()
    expect([root.sync.statSync("/text").size, root.sync.readdirSync("/")]).toEqual([7, ["text"]])
    expect(() => root.sync.readFileSync("/text")).toThrow("has to wait")
  })
})
