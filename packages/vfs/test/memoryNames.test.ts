/** Tests who can create, exchange and remove which names of a tree in memory. */
import type { NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { describe, expect, it } from "vitest"
import { codeOf } from "./failing.js"
import { built } from "./handles.js"
import { memoryOf, nodeAt, placeAt } from "./memory.js"

const owner = { uid: 7, gid: 7 }
const other = { uid: 8, gid: 8 }

const directory = (mode = 0o777, of = owner) => MemoryTree.directory({ mode, ...of })
const file = (mode = 0o644, of = owner) => MemoryTree.file("text", { mode, ...of })

const tree: MemoryTree.Tree = {
  "/": MemoryTree.directory({ mode: 0o777 }),
  "/a": directory(),
  "/a/file": file(),
  "/a/dir": directory(0o755),
  "/a/dir/in": file(),
  "/b": directory(),
  "/b/file": file(0o600),
  "/b/dir": directory(0o755),
  "/b/link": MemoryTree.link("file", owner),
  "/sticky": directory(0o1777, { uid: 0, gid: 0 }),
  "/sticky/own": file(0o644, owner),
  "/sticky/others": file(0o644, other),
  "/closed": directory(0o755),
  "/closed/file": file(),
  "/unsearchable": directory(0o666),
  "/mount": MemoryTree.mount({ mode: 0o777, ...owner }),
  "/mount/file": file()
}

const scene = (user?: MemoryTree.User) => {
  const { operations, root } = built(tree, user)
  const placeOf = (path: string) => placeAt(root, path)
  return {
    operations,
    nodeAt: (path: string) => nodeAt(root, path),
    placeOf,
    rename: (from: string, to: string, mode: RenameMode = "replace") =>
      operations.rename(placeOf(from), placeOf(to), mode)
  }
}

describe("two names that are exchanged", () => {
  it("can be those of all kinds of files, in one directory or in two", () => {
    const pairs = [
      ["/a/file", "/b/file"],
      ["/a/dir", "/b/dir"],
      ["/a/dir", "/b/file"],
      ["/b/link", "/a/dir/in"],
      ["/b/dir", "/b/link"]
    ] as const
    for (const [from, to] of pairs) {
      const { nodeAt, rename } = scene()
      const [first, second] = [nodeAt(from), nodeAt(to)]
      rename(from, to, "exchange")
      expect([nodeAt(to), nodeAt(from)]).toEqual([first, second])
      expect([first.parent, second.parent]).toEqual([nodeAt(to).parent, nodeAt(from).parent])
    }
  })

  it("are counted as links of the directories that contain them", () => {
    const { nodeAt, rename } = scene()
    expect([nodeAt("/a").nlink, nodeAt("/b").nlink]).toEqual([3, 3])
    rename("/a/dir", "/b/file", "exchange")
    expect([nodeAt("/a").nlink, nodeAt("/b").nlink]).toEqual([2, 4])
    rename("/a/file", "/b/link", "exchange")
    expect([nodeAt("/a").nlink, nodeAt("/b").nlink]).toEqual([2, 4])
  })

  it("must both exist", () => {
    const { rename } = scene()
    expect(codeOf(() => rename("/a/file", "/b/none", "exchange"))).toBe("ENOENT")
    expect(codeOf(() => rename("/a/none", "/b/file", "exchange"))).toBe("ENOENT")
  })

  it("must not contain one another", () => {
    const { rename } = scene()
    expect(codeOf(() => rename("/a", "/a/dir", "exchange"))).toBe("EINVAL")
    expect(codeOf(() => rename("/a/dir", "/a", "exchange"))).toBe("EINVAL")
    expect(codeOf(() => rename("/a/dir", "/a"))).toBe("ENOTEMPTY")
    expect(codeOf(() => rename("/a", "/a/dir"))).toBe("EINVAL")
  })

  it("may have a slash if they are directories, and the new name if the old one is that of a directory", () => {
    const exchange = (from: string, to: string) => codeOf(() => scene().rename(from, to, "exchange"))
    expect(exchange("/a/dir/", "/b/dir/")).toBe("ok")
    expect(exchange("/a/dir/", "/b/file")).toBe("ok")
    expect(exchange("/a/file", "/b/dir/")).toBe("ok")
    expect(exchange("/a/file/", "/b/dir")).toBe("ENOTDIR")
    expect(exchange("/a/dir", "/b/file/")).toBe("ENOTDIR")
    expect(exchange("/a/file", "/b/file/")).toBe("ENOTDIR")
  })

  it("need write permission in both directories, and for each directory that is moved", () => {
    const exchange = (from: string, to: string) => codeOf(() => scene(other).rename(from, to, "exchange"))
    expect(exchange("/a/file", "/b/file")).toBe("ok")
    expect(exchange("/a/file", "/closed/file")).toBe("EACCES")
    expect(exchange("/closed/file", "/a/file")).toBe("EACCES")
    expect(exchange("/a/dir", "/b/file")).toBe("EACCES")
    expect(exchange("/a/file", "/b/dir")).toBe("EACCES")
    expect(exchange("/a/dir", "/a/file")).toBe("ok")
  })

  it("obey the sticky bit of both directories", () => {
    const exchange = (from: string, to: string) => codeOf(() => scene(owner).rename(from, to, "exchange"))
    expect(exchange("/sticky/own", "/a/file")).toBe("ok")
    expect(exchange("/sticky/others", "/a/file")).toBe("EPERM")
    expect(exchange("/a/file", "/sticky/others")).toBe("EPERM")
  })

  it("are not those of mounts", () => {
    expect(codeOf(() => scene().rename("/mount", "/a", "exchange"))).toBe("EBUSY")
    expect(codeOf(() => scene().rename("/a", "/mount", "exchange"))).toBe("EBUSY")
    expect(codeOf(() => scene().rename("/mount/file", "/a/file", "exchange"))).toBe("EXDEV")
  })

  it("change the times of both files and both directories", () => {
    const { nodeAt, operations, rename } = scene()
    const all = ["/a", "/b", "/a/file", "/b/file"].map(nodeAt)
    for (const node of all) operations.utimes(node, 5, 5)
    for (const node of all) node.ctime = 5
    rename("/a/file", "/b/file", "exchange")
    expect(all.map(({ ctime, mtime }) => [ctime, mtime])).toEqual([[0, 0], [0, 0], [0, 5_000], [0, 5_000]])
  })

  it("are reported as moved, in both directories", () => {
    const { nodeAt, operations, rename } = scene()
    const events: Array<string> = []
    for (const path of ["/a", "/b", "/a/file", "/b/file"]) {
      operations.watch(nodeAt(path), {
        happened: ({ name, type }) => void events.push(`${path} ${type} ${name}`),
        failed: () => expect.unreachable()
      })
    }
    rename("/a/file", "/b/file", "exchange")
    expect(events).toEqual([
      "/a rename file",
      "/b rename file",
      "/a/file rename undefined",
      "/b rename file",
      "/a rename file",
      "/b/file rename undefined"
    ])
  })
})

describe("a special file", () => {
  it("can be created by every user, except for devices, but not those that hide a name", () => {
    const make = (user: MemoryTree.User | undefined, node: NewNode) => {
      const { operations, placeOf } = scene(user)
      return codeOf(() => operations.mknod?.(placeOf("/a/new"), node, 0o600))
    }
    const device = (type: "CharacterDevice" | "BlockDevice", major: number, minor: number) =>
      ({ type, major, minor }) as const
    expect(make(other, { type: "FIFO" })).toBe("ok")
    expect(make(other, { type: "Socket" })).toBe("ok")
    expect(make(other, device("CharacterDevice", 0, 0))).toBe("ok")
    expect(make(other, device("CharacterDevice", 0, 1))).toBe("EPERM")
    expect(make(other, device("CharacterDevice", 1, 0))).toBe("EPERM")
    expect(make(other, device("BlockDevice", 0, 0))).toBe("EPERM")
    expect(make(undefined, device("BlockDevice", 8, 0))).toBe("ok")
  })

  it("has no slash after its name", () => {
    const { operations, placeOf } = scene()
    expect(codeOf(() => operations.mknod?.(placeOf("/a/new/"), { type: "FIFO" }, 0o600))).toBe("ENOENT")
    expect(codeOf(() => operations.symlink("target", placeOf("/a/new/")))).toBe("ENOENT")
    expect(codeOf(() => operations.mkdir(placeOf("/a/new/"), 0o700))).toBe("ok")
  })
})

describe("a hard link", () => {
  const linking = (user: MemoryTree.User | undefined, entry: MemoryTree.Entry, hardlinks: 0 | 1 = 1): string => {
    const files = { "/": MemoryTree.directory({ mode: 0o777 }), "/x": entry }
    const { fileSystem } = memoryOf(files, { protection: { hardlinks }, user })
    return codeOf(() => fileSystem.link("/x", "/new"))
  }

  it("to a file of another user can be created only if it could be read and written anyway", () => {
    for (const mode of [0o644, 0o622, 0o604, 0o4666, 0o2676]) expect(linking(other, file(mode))).toBe("EPERM")
    // If the group may not execute it, it cannot run as its group (`safe_hardlink_source`).
    for (const mode of [0o666, 0o2666]) expect(linking(other, file(mode))).toBe("ok")
    expect(linking(other, MemoryTree.fifo({ mode: 0o666, ...owner }))).toBe("EPERM")
    expect(linking(other, MemoryTree.link("target", owner))).toBe("EPERM")
  })

  it("can be created by the owner and the superuser", () => {
    for (const user of [undefined, owner]) {
      expect(linking(user, file(0o4000))).toBe("ok")
      expect(linking(user, MemoryTree.fifo({ mode: 0, ...owner }))).toBe("ok")
      expect(linking(user, directory())).toBe("EPERM")
    }
  })

  it("can be created by everybody if the kernel does not protect them", () => {
    expect(linking(other, file(0o4600), 0)).toBe("ok")
    expect(linking(other, directory(), 0)).toBe("EPERM")
  })

  it("to a mounted file fails", () => {
    const { operations, placeOf } = scene()
    expect(codeOf(() => operations.link(placeOf("/mount/file"), placeOf("/a/new")))).toBe("EXDEV")
    expect(codeOf(() => operations.link(placeOf("/a/file"), placeOf("/a/new/")))).toBe("ENOENT")
    expect(codeOf(() => operations.link(placeOf("/a/file"), placeOf("/b/file")))).toBe("EEXIST")
  })
})

describe("a name that is removed", () => {
  it("must be that of a directory for `rmdir`, and of anything else for `unlink`", () => {
    const { operations, placeOf } = scene()
    const unlink = (path: string) => codeOf(() => operations.unlink(placeOf(path)))
    const rmdir = (path: string) => codeOf(() => operations.rmdir(placeOf(path)))
    expect([unlink("/a/dir"), unlink("/a/dir/"), unlink("/a/file/"), unlink("/b/link/")])
      .toEqual(["EISDIR", "EISDIR", "ENOTDIR", "ENOTDIR"])
    expect([rmdir("/a/file"), rmdir("/b/link/"), rmdir("/a/dir"), rmdir("/mount"), rmdir("/a/none")])
      .toEqual(["ENOTDIR", "ENOTDIR", "ENOTEMPTY", "EBUSY", "ENOENT"])
    expect([unlink("/a/file"), unlink("/b/link"), rmdir("/b/dir/")]).toEqual(["ok", "ok", "ok"])
  })

  it("in a sticky directory is that of the user, or the directory is", () => {
    const remove = (user: MemoryTree.User | undefined, path: string) => {
      const { operations, placeOf } = scene(user)
      return codeOf(() => operations.unlink(placeOf(path)))
    }
    expect(remove(owner, "/sticky/own")).toBe("ok")
    expect(remove(owner, "/sticky/others")).toBe("EPERM")
    expect(remove(undefined, "/sticky/others")).toBe("ok")
    expect(remove(other, "/a/file")).toBe("ok")
    expect(remove(other, "/closed/file")).toBe("EACCES")
  })
})

describe("a rename", () => {
  const renaming = (from: string, to: string, { mode, user }: { mode?: RenameMode; user?: MemoryTree.User } = {}) =>
    codeOf(() => scene(user).rename(from, to, mode))

  it("replaces what is of the same kind, and no directory with something in it", () => {
    expect(renaming("/a/file", "/b/file")).toBe("ok")
    expect(renaming("/a/file", "/b/link")).toBe("ok")
    expect(renaming("/a/dir", "/b/dir")).toBe("ok")
    expect(renaming("/b/dir", "/a/dir")).toBe("ENOTEMPTY")
    expect(renaming("/a/file", "/b/dir")).toBe("EISDIR")
    expect(renaming("/a/dir", "/b/file")).toBe("ENOTDIR")
    expect(renaming("/a/file", "/b/file", { mode: "noreplace" })).toBe("EEXIST")
    expect(renaming("/a/file", "/b/new", { mode: "noreplace" })).toBe("ok")
  })

  it("may have slashes only for directories", () => {
    expect([renaming("/a/file/", "/b/new"), renaming("/a/file", "/b/new/"), renaming("/a/dir/", "/b/new/")])
      .toEqual(["ENOTDIR", "ENOTDIR", "ok"])
  })

  it("to another directory needs write permission for a directory that is moved", () => {
    expect(renaming("/a/dir", "/b/new", { user: other })).toBe("EACCES")
    expect(renaming("/a/dir", "/a/new", { user: other })).toBe("ok")
    expect(renaming("/a/file", "/b/new", { user: other })).toBe("ok")
    expect(renaming("/a/file", "/closed/new", { user: other })).toBe("EACCES")
    expect(renaming("/closed/file", "/a/new", { user: other })).toBe("EACCES")
  })

  it("needs search permission first, even if it would leave a mount", () => {
    const user = { ...other, groups: [] }
    expect(renaming("/unsearchable/x", "/mount/new", { user })).toBe("EACCES")
    expect(renaming("/mount/file", "/unsearchable/x", { user })).toBe("EACCES")
    expect(renaming("/a/file", "/mount/new", { user })).toBe("EXDEV")
  })

  it("of or over a mount fails", () => {
    expect([renaming("/mount", "/new"), renaming("/b/dir", "/mount"), renaming("/a/file", "/mount/new")])
      .toEqual(["EBUSY", "EBUSY", "EXDEV"])
    // The directory under a mount belongs to the superuser, so a user may not move it.
    expect(renaming("/mount", "/a/new", { user: owner })).toBe("EACCES")
  })

  it("of a file to another name of it does nothing", () => {
    const { nodeAt, operations, placeOf, rename } = scene()
    operations.link(placeOf("/a/file"), placeOf("/b/second"))
    const file = nodeAt("/a/file")
    rename("/a/file", "/b/second")
    expect([nodeAt("/a/file"), nodeAt("/b/second")]).toEqual([file, file])
  })
})
