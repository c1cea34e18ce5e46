/** Copies trees from a file system to plain data and back. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import * as TreeCopy from "@procfsroot/vfs/TreeCopy"
import { describe, expect, it } from "vitest"
import { options } from "./failing.js"
import { built, Held, nothing } from "./handles.js"

const { runSync } = Program

type Fs = FileSystem.FileSystem<unknown>

const fileSystem = (tree: MemoryTree.Tree, user?: MemoryTree.User): Fs =>
  FileSystem.make(built(tree, user).operations, options)

const mtime = new Date(1_234_567)
const attributes = { uid: 1, gid: 2, mtime }

const tree: MemoryTree.Tree = {
  "/": MemoryTree.directory({ mode: 0o750, ...attributes }),
  "/d": MemoryTree.directory({ mode: 0o500, ...attributes }),
  "/d/f": MemoryTree.file("content", { mode: 0o4711, ...attributes }),
  "/d/l": MemoryTree.link("nowhere", attributes),
  "/d/m": MemoryTree.mount({ mode: 0o755, ...attributes }),
  "/d/m/n": MemoryTree.directory({ mode: 0o755, ...attributes }),
  "/fifo": MemoryTree.fifo({ mode: 0o640, ...attributes }),
  "/hard": MemoryTree.hardLink("/d/f"),
  "/m": MemoryTree.mount({ mode: 0o755, ...attributes }),
  "/socket": MemoryTree.socket({ mode: 0o600, ...attributes })
}

/** With its contents as bytes. */
const shown = (tree: MemoryTree.Tree) =>
  Object.fromEntries(
    Object.entries(tree).map(([path, entry]) => {
      if (typeof entry === "string" || entry instanceof Uint8Array) return [path, entry]
      if (entry.type !== "File") return [path, entry]
      const { content } = entry
      return [path, { ...entry, content: typeof content === "string" ? new TextEncoder().encode(content) : content }]
    })
  )

const read = (fs: Fs, options?: TreeCopy.FromOptions): MemoryTree.Tree => runSync(TreeCopy.fromFileSystem(fs, options))

const codeOf = (run: () => unknown): ReadonlyArray<unknown> => {
  try {
    run()
    return ["ok"]
  } catch (thrown) {
    if (!Errno.isErrno(thrown)) throw thrown
    return [thrown.code, thrown.syscall, ...thrown.paths]
  }
}

describe("a tree that is read", () => {
  it("is equal to the one from which the file system was made", () => {
    expect(shown(read(fileSystem(tree)))).toEqual(shown(tree))
  })

  it("has no devices, and only what `enter` allows", () => {
    const found = read(fileSystem({ ...tree, "/device": MemoryTree.device("CharacterDevice", 1, 3) }), {
      enter: ({ path }) => path !== "d"
    })
    expect(Object.keys(found).toSorted()).toEqual(["/", "/d", "/fifo", "/hard", "/m", "/socket"])
    // Its other name was not read.
    expect(found["/hard"]).toMatchObject({ type: "File" })
  })

  it("has times rounded to milliseconds, and permissions without the type", () => {
    const fs = fileSystem({ "/f": "" })
    fs.utimes("/f", 1, 1.000_6)
    const { "/": root, "/f": file } = read(fs)
    expect(root).toMatchObject({ type: "Directory", mode: 0o755 })
    expect(file).toMatchObject({ type: "File", mode: 0o644, mtime: new Date(1_001) })
  })

  it("can read contents when they are needed", () => {
    const asked: Array<readonly [string, bigint]> = []
    const found = read(fileSystem({ "/d/f": "content" }), {
      readLater: (path, { size }) => {
        asked.push([path, size])
        return new Uint8Array([1, 2])
      }
    })
    const file = found["/d/f"]
    expect(asked).toEqual([])
    expect(file).toMatchObject({ type: "LazyFile", size: 7, mode: 0o644 })
    expect(typeof file === "object" && "read" in file && file.read()).toEqual(new Uint8Array([1, 2]))
    expect(asked).toEqual([["/d/f", 7n]])
  })

  /** A file system in which `readlink` fails. */
  const failing = (code: string): Fs => {
    const readlink = () => {
      throw Errno.make(code)
    }
    return FileSystem.make({ ...built(tree).operations, readlink }, options)
  }

  it("leaves out files that disappear after they were listed", () => {
    expect(Object.keys(read(failing("ENOENT")))).not.toContain("/d/l")
    expect(codeOf(() => read(failing("EIO")))).toEqual(["EIO", "readlink", "/d/l"])
  })
})

it("leaves out a directory that disappears after it was listed", () => {
  const fs = fileSystem(tree)
  const enter = ({ path }: { readonly path: string }) => {
    if (path === "d/m/n") fs.rmdir("/d/m/n")
    return true
  }
  const found = Object.keys(read(fs, { enter }))
  expect(found).not.toContain("/d/m/n")
  expect(found).toContain("/d/m")
})

describe("names of one file", () => {
  /** The types of a tree in which files have these numbers, and each has two names. */
  const types = (tree: MemoryTree.Tree, numbers: (name: string) => readonly [dev: bigint, ino: bigint]) => {
    const { operations } = built(tree)
    const fs = FileSystem.make({
      ...operations,
      getattrExact: (inode) => {
        const [dev, ino] = numbers(inode.name)
        return { ...operations.getattrExact(inode), nlink: 2, dev, ino }
      }
    }, options)
    return Object.fromEntries(Object.entries(read(fs)).map(([path, entry]) => [path, Object(entry).type]))
  }

  it("are found by device and number", () => {
    const found = types(
      { "/a": "", "/b": "", "/c": "", "/d": "" },
      (name) => [name === "c" ? 1n : 2n, name === "d" ? 3n : 4n]
    )
    expect(found).toMatchObject({ "/a": "File", "/b": "HardLink", "/c": "File", "/d": "File" })
  })

  it("refer to the first one", () => {
    const { "/b": b, "/c": c } = read(
      fileSystem({ "/a": "", "/b": MemoryTree.hardLink("/a"), "/c": MemoryTree.hardLink("/a") })
    )
    expect([b, c]).toEqual([MemoryTree.hardLink("/a"), MemoryTree.hardLink("/a")])
  })

  it("are not those of a directory, which can be mounted twice", () => {
    const found = types({ "/a": MemoryTree.directory(), "/b": MemoryTree.directory() }, () => [1n, 2n])
    expect(found).toMatchObject({ "/a": "Directory", "/b": "Directory" })
  })
})

describe("a directory that cannot be read", () => {
  it("is a failure, after which nothing is open", () => {
    const held = new Held(
      built({ "/a": MemoryTree.directory({ mode: 0o000, uid: 1 }), "/b/c": "" }, { uid: 7, gid: 7 }),
      "name",
      () => {}
    )
    expect(codeOf(() => read(FileSystem.make(held.operations, options)))).toEqual(["EACCES", "scandir", "/a"])
    expect(held.left).toEqual(nothing)
  })
})

describe("a tree that is written", () => {
  it("is equal to the tree that is read afterwards", () => {
    const fs = fileSystem({ "/tmp": MemoryTree.directory() })
    fs.rmdir("/tmp")
    runSync(TreeCopy.toFileSystem(tree, fs, { owners: true }))
    // A mount is written as a directory.
    const plain = { mode: 0o755, ...attributes }
    expect(shown(read(fs))).toEqual(
      shown({ ...tree, "/d/m": MemoryTree.directory(plain), "/m": MemoryTree.directory(plain) })
    )
    expect(fs.stat("/hard").ino).toBe(fs.stat("/d/f").ino)
  })

  it("belongs to the user who writes it, unless owners are kept", () => {
    const user = { uid: 7, gid: 8 }
    const fs = fileSystem({ "/": MemoryTree.directory({ uid: 7, gid: 8 }) }, user)
    runSync(TreeCopy.toFileSystem(tree, fs))
    expect(["/d", "/d/f", "/d/l"].map((path) => fs.lstat(path)).map(({ gid, uid }) => [uid, gid]))
      .toEqual([[7, 8], [7, 8], [7, 8]])
    // Otherwise, others could run a program of somebody else as this user.
    expect(fs.stat("/d/f").mode).toBe(0o100711)
    const forbidden = fileSystem({ "/": MemoryTree.directory({ uid: 7, gid: 8 }) }, user)
    expect(codeOf(() => runSync(TreeCopy.toFileSystem(tree, forbidden, { owners: true })))[0]).toBe("EPERM")
  })

  it("reports the first error, even if closing the file fails after it", () => {
    const { operations } = built({})
    const fail = (code: string) => () => {
      throw Errno.make(code)
    }
    const fs = FileSystem.make({
      ...operations,
      files: { ...operations.files, write: fail("ENOSPC"), close: fail("EIO") }
    }, options)
    expect(codeOf(() => runSync(TreeCopy.toFileSystem({ "/f": "text" }, fs)))).toEqual(["ENOSPC", "write", "/f"])
    expect(codeOf(() => runSync(TreeCopy.toFileSystem({ "/g": "" }, fs)))).toEqual(["EIO", "close", "/g"])
  })

  it("replaces nothing, and follows no link", () => {
    const put = (path: string) => codeOf(() => runSync(TreeCopy.toFileSystem({ [path]: "new" }, fs)))
    const fs = fileSystem({ "/f": "old", "/l": MemoryTree.link("/other"), "/other": "old" })
    expect([put("/f"), put("/l")]).toEqual([["EEXIST", "open", "/f"], ["EEXIST", "open", "/l"]])
    expect(runSync(fs.readFile("/f"))).toEqual(new TextEncoder().encode("old"))
    expect(codeOf(() => runSync(TreeCopy.toFileSystem({ "/l/f": "" }, fs)))[0]).toBe("EEXIST")
  })

  it("is private until the owner of each file is set", () => {
    const modes: Array<readonly [string, number | undefined]> = []
    const { operations } = built({})
    const fs = FileSystem.make({
      ...operations,
      create: (at, flags, mode) => {
        modes.push([at.name, mode])
        return operations.create(at, flags, mode)
      },
      mkdir: (at, mode) => {
        modes.push([at.name, mode])
        return operations.mkdir(at, mode)
      },
      mknod: (at, node, mode) => {
        modes.push([at.name, mode])
        return operations.mknod?.(at, node, mode)
      }
    }, options)
    runSync(TreeCopy.toFileSystem({ "/d/f": "", "/d/p": MemoryTree.fifo({ mode: 0o666 }) }, fs))
    expect(modes).toEqual([["d", 0o700], ["f", 0o600], ["p", 0o600]])
    expect(["/d", "/d/f", "/d/p"].map((path) => fs.stat(path).mode & 0o7777)).toEqual([0o755, 0o644, 0o666])
  })

  it("gives its attributes only to the files that it creates", () => {
    const { operations } = built({ "/evil": MemoryTree.file("evil", { mode: 0o755, uid: 7 }) })
    const fs = FileSystem.make(operations, options)
    const exchanging: Fs = {
      ...fs,
      open: (...args) => {
        const file = fs.open(...args)
        fs.rename("/evil", "/program")
        return file
      },
      *writeFile(...args) {
        yield* fs.writeFile(...args)
        fs.rename("/evil", "/program")
      }
    }
    const program = MemoryTree.file("program", { mode: 0o4755, uid: 0 })
    runSync(TreeCopy.toFileSystem({ "/program": program }, exchanging, { owners: true }))
    expect(fs.stat("/program")).toMatchObject({ mode: 0o100755, uid: 7 })
  })

  it("gives no set-id bits to a file that has replaced a special file", () => {
    const { operations } = built({ "/evil": MemoryTree.file("evil", { mode: 0o755, uid: 7 }) })
    const fs = FileSystem.make(operations, options)
    const exchanging: Fs = {
      ...fs,
      rootDirectory: {
        ...fs.rootDirectory,
        makeNode: (path, ...args) => {
          fs.rootDirectory.makeNode(path, ...args)
          fs.rename("/evil", path)
        }
      }
    }
    runSync(TreeCopy.toFileSystem({ "/fifo": MemoryTree.fifo({ mode: 0o6755, uid: 0 }) }, exchanging, { owners: true }))
    expect(fs.stat("/fifo").mode).toBe(0o100755)
  })

  it("does not follow a link that has replaced a directory", () => {
    const { operations } = built({ "/secret": MemoryTree.directory({ mode: 0o700 }) })
    const fs = FileSystem.make(operations, options)
    const exchanging: Fs = {
      ...fs,
      open: (path, ...args) => {
        const file = fs.open(path, ...args)
        if (path === "/d/f") {
          fs.rename("/d", "/gone")
          fs.symlink("/secret", "/d")
        }
        return file
      }
    }
    const write = () => runSync(TreeCopy.toFileSystem({ "/d": MemoryTree.directory(), "/d/f": "" }, exchanging))
    expect(codeOf(write)).toEqual(["ELOOP", "open", "/d"])
    expect(fs.stat("/secret").mode).toBe(0o40700)
  })

  it("does not give the attributes of a directory to a file that has replaced it", () => {
    const { operations } = built({ "/evil": MemoryTree.file("evil", { mode: 0o755, uid: 7 }) })
    const fs = FileSystem.make(operations, options)
    const exchanging: Fs = {
      ...fs,
      mkdir: (path, mode) => {
        fs.mkdir(path, mode)
        fs.rename(path, "/gone")
        fs.rename("/evil", path)
      }
    }
    const program = MemoryTree.directory({ mode: 0o6755, uid: 0 })
    const write = () => runSync(TreeCopy.toFileSystem({ "/d": program }, exchanging, { owners: true }))
    expect(codeOf(write)).toEqual(["ENOTDIR", "open", "/d"])
    expect(fs.stat("/d")).toMatchObject({ mode: 0o100755, uid: 7 })
  })

  it("names the file whose attributes cannot be set", () => {
    const user = { uid: 7, gid: 8 }
    const fs = fileSystem({ "/": MemoryTree.directory(user) }, user)
    const write = () => runSync(TreeCopy.toFileSystem({ "/f": MemoryTree.file("", { uid: 1 }) }, fs, { owners: true }))
    expect(codeOf(write)).toEqual(["EPERM", "fchown", "/f"])
  })

  it("leaves nothing open if the attributes of a file or a directory cannot be set", () => {
    for (const entry of [MemoryTree.file("x", { uid: 1 }), MemoryTree.directory({ uid: 1 })]) {
      const user = { uid: 7, gid: 8 }
      const held = new Held(built({ "/": MemoryTree.directory(user) }, user), "name", () => {})
      const write = TreeCopy.toFileSystem({ "/f": entry }, FileSystem.make(held.operations, options), { owners: true })
      expect(codeOf(() => runSync(write))).toEqual(["EPERM", "fchown", "/f"])
      expect(held.left).toEqual(nothing)
    }
  })

  it("must be a tree", () => {
    const write = () => runSync(TreeCopy.toFileSystem({ "a": "" }, fileSystem({})))
    expect(write).toThrow(/^The tree's entry "a" cannot be created: .*\.$/)
    expect(write).toThrow(TypeError)
  })
})
