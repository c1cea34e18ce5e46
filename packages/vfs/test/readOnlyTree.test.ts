/** Tests trees that nobody can change, such as archives. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import { type InodeOperations, inOnePart, type ParentAndName } from "@procfsroot/vfs/InodeOperations"
import * as Program from "@procfsroot/vfs/Program"
import * as ReadOnlyTree from "@procfsroot/vfs/ReadOnlyTree"
import { describe, expect, it } from "vitest"
import { attributesWith } from "./attributes.js"
import { failure, options } from "./failing.js"

/** Names and the modes of their files. */
const modes = {
  top: 0o040555,
  locked: 0o040000,
  file: 0o100644,
  program: 0o100744,
  link: 0o120777,
  fifo: 0o010644,
  socket: 0o140755,
  character: 0o020666,
  block: 0o060666
}

type Name = keyof typeof modes

const isName = (name: string): name is Name => name in modes

const make = () =>
  ReadOnlyTree.operations<Name>({
    getattr: (inode) => attributesWith({ mode: modes[inode] }),
    childAt: (_, name) => isName(name) ? name : undefined,
    targetOf: (link) => `target of ${link}`
  })

const codeOf = (run: () => unknown): unknown => {
  try {
    return run() ?? "ok"
  } catch (thrown) {
    if (!Errno.isErrno(thrown)) throw thrown
    return thrown.code
  }
}

const at = (name: string, slash = false): ParentAndName<Name> => ({ directory: "top", name, slash })

describe("a read-only tree", () => {
  it("shows attributes, names and targets", () => {
    const tree = make()
    expect(tree.identity("file")).toBe("file")
    expect(tree.getattr("file").mode).toBe(modes.file)
    expect(tree.getattrExact("file")).toMatchObject({ type: "File", size: 5n })
    expect(tree.child("top", "file")).toBe("file")
    expect(codeOf(() => tree.child("top", "missing"))).toBe("ENOENT")
    expect(tree.peek(at("file"))?.mode).toBe(modes.file)
    expect(tree.peek(at("missing"))).toBeUndefined()
    expect(tree.readlink(at("link"))).toBe("target of link")
    expect(codeOf(() => tree.readlink(at("file")))).toBe("EINVAL")
    expect(codeOf(() => tree.readlink(at("missing")))).toBe("ENOENT")
  })

  const access = (name: Name, mode: object) =>
    codeOf(() => make().access(name, { readable: false, writable: false, executable: false, ...mode }))

  it("can be read by everybody, and executed where a mode allows it", () => {
    for (const name of Object.keys(modes)) if (isName(name)) expect(access(name, { readable: true })).toBe("ok")
    expect(
      ["top", "locked", "program", "socket", "link"].map((name) => isName(name) && access(name, { executable: true }))
    )
      .toEqual(["ok", "ok", "ok", "ok", "ok"])
    expect(codeOf(() => make().access("file", { readable: true, writable: false }))).toBe("ok")
    expect(["file", "fifo"].map((name) => isName(name) && access(name, { executable: true }))).toEqual([
      "EACCES",
      "EACCES"
    ])
  })

  it("cannot be written, although what its special files lead to can", () => {
    const outcomes = Object.keys(modes).map((name) => [name, isName(name) && access(name, { writable: true })])
    expect(Object.fromEntries(outcomes)).toEqual({
      top: "EROFS",
      locked: "EROFS",
      file: "EROFS",
      program: "EROFS",
      link: "EROFS",
      fifo: "ok",
      socket: "ok",
      character: "ok",
      block: "ok"
    })
  })

  it("opens no device, and nothing for writing", () => {
    const outcomes = (write: boolean) =>
      Object.values(modes).map((mode) => codeOf(() => ReadOnlyTree.mayOpen({ mode }, write)))
    expect(outcomes(false)).toEqual(["ok", "ok", "ok", "ok", "ok", "ok", "ok", "EACCES", "EACCES"])
    expect(outcomes(true)).toEqual([
      "EISDIR",
      "EISDIR",
      "EROFS",
      "EROFS",
      "EROFS",
      "ENXIO",
      "EROFS",
      "EACCES",
      "EACCES"
    ])
  })

  it("refuses every change", () => {
    const tree = make()
    const changes = [
      () => tree.mayCreate("top"),
      () => tree.chmod("file", 0o600),
      () => tree.chown("file", 1, 1),
      () => tree.utimes("file", 1, 1),
      () => tree.rename(at("file"), at("new"), "replace"),
      () => tree.unlink(at("missing")),
      () => tree.rmdir(at("missing")),
      () => ReadOnlyTree.fileOperations.chmod(),
      () => ReadOnlyTree.fileOperations.chown(),
      () => ReadOnlyTree.fileOperations.utimes()
    ]
    expect(changes.map((change) => codeOf(change))).toEqual(changes.map(() => "EROFS"))
    expect(codeOf(() => ReadOnlyTree.fileOperations.write())).toBe("EBADF")
    expect(codeOf(() => ReadOnlyTree.fileOperations.truncate())).toBe("EINVAL")
    expect(codeOf(() => tree.openForSync("top").sync())).toBe("ok")
  })

  it("refuses a new name as the kernel does on a read-only mount", () => {
    const tree = make()
    const flags = { read: true, write: true, append: false, create: true, exclusive: false, truncate: false }
    const creations = {
      create: (place: ParentAndName<Name>) => tree.create(place, flags, 0o600),
      mkdir: (place: ParentAndName<Name>) => tree.mkdir(place, 0o700),
      mknod: (place: ParentAndName<Name>) => tree.mknod?.(place, { type: "FIFO" }, 0o600),
      symlink: (place: ParentAndName<Name>) => tree.symlink("target", place),
      link: (place: ParentAndName<Name>) => tree.link(at("file"), place)
    }
    const outcomes = (name: string, slash = false) =>
      Object.fromEntries(
        Object.entries<(place: ParentAndName<Name>) => unknown>(creations).map(([key, create]) => [
          key,
          codeOf(() => create(at(name, slash)))
        ])
      )
    const all = (code: string) => ({ create: code, mkdir: code, mknod: code, symlink: code, link: code })
    expect(outcomes("new")).toEqual(all("EROFS"))
    expect(outcomes("file")).toEqual(all("EEXIST"))
    expect(outcomes("file", true)).toEqual({ ...all("EEXIST"), create: "EISDIR" })
    expect(outcomes("new", true)).toEqual({ ...all("ENOENT"), create: "EISDIR", mkdir: "EROFS" })
  })

  it("can be watched, although nothing happens", () => {
    const watched = make().watch("file", { happened: () => expect.unreachable(), failed: () => expect.unreachable() })
    watched.stop()
    expect(watched.handle).toBe("file")
  })
})

describe("a tree whose handles are numbers, and whose root is 0", () => {
  const unused = (): never => {
    throw new Error("it is not used")
  }

  /** `/d` is an empty directory with the number 1. */
  const operations: InodeOperations<number, never> = {
    ...ReadOnlyTree.operations<number>({
      getattr: () => attributesWith({ mode: modes.top }),
      childAt: (directory, name) => directory === 0 && name === "d" ? 1 : undefined,
      targetOf: unused
    }),
    top: () => 0,
    retain: () => () => {},
    files: {
      ...ReadOnlyTree.fileOperations,
      getattr: unused,
      getattrExact: unused,
      identity: unused,
      read: unused,
      sync: unused,
      close: unused
    },
    lookup: ({ name }) => name === "d" ? { _tag: "Directory", handle: 1 } : { _tag: "Missing" },
    statfs: unused,
    readdir: (directory) => directory === 0 ? ["d"] : [],
    readEntries: (directory) => directory === 0 ? [{ name: "d", type: "Directory" }] : [],
    openDirectory: () => inOnePart([]),
    openInode: unused
  }

  it("can be copied into", () => {
    const fs = FileSystem.make(operations, options)
    expect(failure(() => fs.copy("/d", "/"), fs)).toEqual(["ok"])
    expect(Program.runSync(fs.readDirectory("/", true))).toEqual(["d"])
  })
})
