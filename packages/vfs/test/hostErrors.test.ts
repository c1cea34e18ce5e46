/** Tests how operations on a file system of host paths fail, and what they do when others change the same files. */
import { typeOf } from "@procfsroot/vfs/Attributes"
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { ask, failing, inBox, run, thrown } from "./box.js"

describe("errors", () => {
  const tree: MemoryTree.Tree = {
    "/box/d/f": "",
    "/box/e": MemoryTree.directory(),
    "/box/fl": MemoryTree.link("d/f"),
    "/box/dl": MemoryTree.link("d"),
    "/box/dang": MemoryTree.link("e/new"),
    "/box/odd": MemoryTree.link("a\ufffd"),
    "/box/fifo": MemoryTree.fifo()
  }

  /** The code, the system call and the paths of a failure. */
  const errorOf = (
    begin: (operations: HostFileSystem.Operations) => HostFileSystem.Asking<unknown>,
    changed: Partial<HostFileSystem.HostFileSystem> = {}
  ): unknown => {
    try {
      return run(begin(inBox(tree, changed).operations))
    } catch (thrown) {
      if (!Errno.isErrno(thrown)) return thrown
      const { code, detail, paths, syscall } = thrown
      return [detail?.code ?? code, syscall, ...paths]
    }
  }

  it("name the system call and the path that failed", () => {
    expect([
      errorOf((all) => all.copy("/odd", "/new")),
      errorOf((all) => all.copy("/d/f", "/new/")),
      errorOf((all) => all.copy("/dl", "/new/")),
      errorOf((all) => all.copy("/fl", "/dang/")),
      errorOf((all) => all.copy("/d", "/dang/")),
      errorOf((all) => all.copy("/d", "/d/new")),
      errorOf((all) => all.copy("/fifo", "/new")),
      errorOf((all) => all.readLink("/odd")),
      errorOf((all) => all.makeDirectory("/fl", { recursive: true })),
      errorOf((all) => all.makeDirectory("/dang", { recursive: true })),
      errorOf((all) => all.makeDirectory("/dang/x", { recursive: true })),
      errorOf((all) => all.remove("/d")),
      errorOf((all) => all.remove("/d/.", { recursive: true })),
      errorOf((all) => all.remove("/dl/", { recursive: true })),
      errorOf((all) => all.symlink("\udc80", "/new")),
      errorOf((all) => all.makeDirectory("/e/n", { recursive: true }), { makeDirectory: () => ask(() => {}) })
    ]).toEqual([
      ["EILSEQ", "readlink", "/odd"],
      ["EISDIR", "copyfile", "/new"],
      ["ENOENT", "symlink", "/new"],
      ["EEXIST", "symlink", "/dang"],
      ["EEXIST", "mkdir", "/dang"],
      ["ERR_FS_CP_EINVAL", "cp", "/d/new"],
      ["ERR_FS_CP_FIFO_PIPE", "cp", "/new"],
      ["EILSEQ", "readlink", "/odd"],
      ["EEXIST", "mkdir", "/fl"],
      ["ENOENT", "mkdir", "/dang"],
      ["ENOTDIR", "mkdir", "/dang/x"],
      ["ERR_FS_EISDIR", "rm", "/d"],
      ["EINVAL", "rmdir", "/d/."],
      ["ENOTDIR", "rmdir", "/dl/"],
      ["EILSEQ", undefined],
      ["ENOENT", "mkdir", "/e/n"]
    ])
  })

  it("of a temporary file name the file", () => {
    expect(errorOf((all) => all.makeTempFile("/missing/t-", ".txt"))).toEqual(["ENOENT", undefined])
    const gone = errorOf((all) => all.makeTempFile("/e/t-", ".txt"), {
      makeTempDirectory: () => ask(() => "/box/e/gone")
    })
    expect(gone).toEqual(["ENOENT", "open", "/e/gone/name.txt"])
    expect(run(inBox(tree).operations.readDirectoryEntries("/dl"))).toBe("/box/d")
  })

  it("of a temporary file leave no directory, and come before an error of its removal", () => {
    const names = (changed: Partial<HostFileSystem.HostFileSystem>) => {
      const { memory, operations } = inBox(tree, changed)
      const { fileSystem } = memory
      expect(() => run(operations.makeTempFile("/e/t-", ".txt"))).toThrow(expect.objectContaining({ errno: "EIO" }))
      return Program.runSync(fileSystem.readDirectory("/box/e", false))
    }
    expect(names({ createFile: failing("EIO") })).toEqual([])
    expect(names({ createFile: failing("EIO"), remove: failing("EBUSY") })).toEqual(["t-000000"])
  })

  it("of the file system below keep their errno", () => {
    expect([
      errorOf((all) => all.copy("/d", "/new"), { readDirectory: failing("EACCES") }),
      errorOf((all) => all.makeTempFile("/e/t-", ".txt"), { createFile: failing("EIO") }),
      errorOf((all) => all.copyFile("/fifo", "/d/f"), { access: failing("EACCES") }),
      errorOf((all) => all.copyFile("/fifo", "/d/f"), { access: failing("EROFS") }),
      errorOf((all) => all.copyFile("/fifo", "/d/f"), {
        access: () =>
          ask(() => {
            throw HostFileSystem.failure(new Error("no errno"), "EACCES")
          })
      }),
      errorOf((all) => all.copy("/d/f", "/new/"), { access: failing("EACCES") }),
      errorOf((all) => all.makeDirectory("/new/x", { recursive: true }), { makeDirectory: failing("EROFS") })
    ]).toEqual([
      ["EACCES", "opendir", "/d"],
      expect.objectContaining({ _tag: "Failure", errno: "EIO" }),
      ["EACCES", undefined],
      ["EROFS", undefined],
      ["EACCES", undefined],
      ["EACCES", "copyfile", "/d/f"],
      expect.objectContaining({ _tag: "Failure", errno: "EROFS" })
    ])
    const told = errorOf((all) => all.copy("/d", "/new"), { readDirectory: failing(undefined) })
    expect(told).toMatchObject({ _tag: "Failure", errno: undefined })
  })

  it("of a recursive list name the directory that could not be listed, unless it is the path itself", () => {
    const closed = failing("EACCES")
    expect([
      errorOf((all) => all.readDirectory("/", true), { readDirectory: closed }),
      errorOf((all) => all.readDirectory("/", true), {
        readDirectory: (path) => path === "/box/d" ? closed() : ask(() => ["d"])
      })
    ]).toEqual([expect.objectContaining({ _tag: "Failure", errno: "EACCES" }), ["EACCES", "scandir", "/d"]])
  })

  it("say what a directory that is not removed is", () => {
    expect(() => run(inBox(tree).operations.remove("/d"))).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: "ERR_FS_EISDIR", reason: "is a directory" }) })
    )
  })

  it("of a lookup name no system call, since the caller did not make it", () => {
    const { readLink, stat } = inBox(tree).host
    /** Makes a method fail for one path, after it has worked a number of times. */
    const failingAfter =
      <A>(method: (path: string) => A, count: number, path: string, code: string | undefined) => (asked: string) =>
        asked === path && count-- === 0 ? failing(code)() : method(asked)
    const copied = (code: string | undefined) =>
      errorOf((all) => all.copy("/d/f", "/e/f"), {
        readLink: failingAfter(readLink, 1, "/box/d/f", code),
        stat: failingAfter(stat, 1, "/box/d/f", code)
      })
    expect(copied("EIO")).toEqual(["EIO", undefined])
    expect(copied(undefined)).toMatchObject({ _tag: "Failure", errno: undefined })
    // A destination that cannot be looked up is not taken for one that is missing.
    const found = errorOf((all) => all.copy("/d/f", "/e/f"), {
      readLink: failingAfter(readLink, 0, "/box/e/f", "EIO")
    })
    expect(found).toEqual(["EIO", undefined])
  })

  it("of a directory that was not created by others are reported", () => {
    const { memory, operations } = inBox(tree, {
      makeDirectory: (path) =>
        ask(() => {
          memory.fileSystem.mkdir(path, 0o755)
          throw Errno.make("EDQUOT")
        })
    })
    expect(thrown(operations.makeDirectory("/e/n", { recursive: true }))).toMatchObject({ errno: "EDQUOT" })
  })

  it("that are defects are passed on, whatever code they have", () => {
    const defect = Object.assign(new Error("broken"), { code: "ENOENT" })
    const removing = inBox(tree).operations.remove("/d/f", { force: true })
    removing.next()
    expect(() => removing.throw(defect)).toThrow(defect)
    expect([Errno.make("EIO"), HostFileSystem.failure(defect, "EIO"), defect, undefined].map(HostFileSystem.isThrown))
      .toEqual([true, true, false, false])
  })

  it("of a check that a fake cannot make neither prevent a copy nor hide why it fails", () => {
    const { memory, operations } = inBox(tree, { access: failing(undefined) })
    const errorAt = (from: string, to: string) =>
      errorOf((all) => all.copyFile(from, to), { access: failing(undefined) })
    expect([errorAt("/d", "/new"), errorAt("/fifo", "/new"), errorAt("/d/f", "/e"), errorAt("/d/f", "/none/new")])
      .toEqual([["EISDIR", undefined], ["EINVAL", undefined], ["EISDIR", undefined], ["ENOENT", undefined]])
    run(operations.copy("/d/f", "/e/f"))
    run(operations.copy("/d/f", "/e/f", { overwrite: true }))
    expect(memory.snapshot()).toHaveProperty(["/box/e/f"])
  })
})

describe("a copy", () => {
  it("needs the numbers of files to see that they are the same", () => {
    const copied = (dev: ReadonlyArray<number>, ino: ReadonlyArray<number | undefined>) => {
      let asked = 0
      const stat: HostFileSystem.HostFileSystem["stat"] = () =>
        ask(() => {
          const i = asked++ % 2
          const times = { atime: undefined, mtime: undefined }
          return { type: "File", mode: 0o600, dev: dev[i] ?? 0, ino: ino[i], ...times }
        })
      const { memory, operations } = inBox({ "/box/a": "new", "/box/b": "old" }, { stat })
      const outcome = thrown(operations.copy("/a", "/b", { overwrite: true }))
      return [outcome, Object(memory.snapshot()["/box/b"]).content]
    }
    expect(copied([1, 1], [2, 2])).toEqual([["ERR_FS_CP_EINVAL", "cp"], "old"])
    expect(copied([1, 2], [2, 2])).toEqual([undefined, "new"])
    expect(copied([1, 1], [2, 3])).toEqual([undefined, "new"])
    expect(copied([1, 1], [undefined, undefined])).toEqual([undefined, "new"])
  })

  it("refuses a link to the file that it would replace", () => {
    const { memory, operations } = inBox({
      "/box/d/f": MemoryTree.link("../f"),
      "/box/f": "precious",
      "/box/g": "",
      "/box/h": MemoryTree.hardLink("/box/f")
    })
    const before = memory.snapshot()
    expect(thrown(operations.copy("/d/f", "/f", { overwrite: true }))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
    expect(thrown(operations.copy("/d/f", "/h", { overwrite: true }))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
    expect(thrown(operations.copy("d", "/", { overwrite: true }))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
    expect(memory.snapshot()).toEqual(before)
    run(operations.copy("/d/f", "/g", { overwrite: true }))
    expect(memory.snapshot()["/box/g"]?.type).toBe("SymbolicLink")
  })

  it.each([{ symlinks: "forbid" }, { containment: "beneath" }, { maxSymlinks: 0 }] as const)(
    "refuses it also if the link must not be followed: %j",
    (policy) => {
      const { memory, operations } = inBox({ "/box/d/f": MemoryTree.link("/f"), "/box/f": "precious" }, {}, { policy })
      const before = memory.snapshot()
      expect(thrown(operations.copy("d/f", "f", { overwrite: true }))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
      expect(memory.snapshot()).toEqual(before)
    }
  )

  it("does not lose a link whose two names are the same for the file system", () => {
    const tree = { "/box/l": MemoryTree.link("target"), "/box/L": MemoryTree.link("target") }
    const { host, memory } = inBox(tree)
    const remove: HostFileSystem.HostFileSystem["remove"] = () =>
      ask(() => {
        memory.fileSystem.unlink("/box/l")
        memory.fileSystem.unlink("/box/L")
      })
    run(inBox(tree, { ...host, remove }).operations.copy("/l", "/L", { overwrite: true }))
    expect(memory.snapshot()["/box/L"]).toMatchObject({ type: "SymbolicLink", target: "target" })
  })

  it("keeps times only if both are known", () => {
    const set = (atime: Date | undefined, mtime: Date | undefined) => {
      const calls: Array<string> = []
      const { operations } = inBox({ "/box/a": "" }, {
        stat: (path) =>
          ask(() => ({ type: path === "/box/a" ? "File" : "Directory", mode: 0o700, dev: 1, ino: 2, atime, mtime })),
        utimes: (path) => ask(() => void calls.push(path))
      })
      run(operations.copy("/a", "/b", { preserveTimestamps: true }))
      return calls
    }
    const date = new Date(1)
    expect([set(date, date), set(date, undefined), set(undefined, date), set(undefined, undefined)])
      .toEqual([["/box/b"], [], [], []])
  })

  it("is not lost or half-made if the directory is gone when its content is copied", () => {
    const { operations } = inBox({ "/box/d/f": "" }, { readDirectory: () => ask(() => ["gone"]) })
    expect(thrown(operations.copy("/d", "/new"))).toEqual(["ENOENT", undefined])
  })

  it("can have a name without a directory, in the directory from which relative paths start", () => {
    const { memory, operations } = inBox({ "/box/d/f": "text" }, {}, { policy: { from: "/d" } })
    run(operations.copy("f", "g"))
    expect(memory.snapshot()).toHaveProperty(["/box/d/g"])
  })
})

describe("directories that others create at the same time", () => {
  it("are not a failure, but other files are", () => {
    const racing = (path: string) => {
      const { memory, operations } = inBox({ "/box/d/f": "" }, {
        makeDirectory: (path) =>
          ask(() => {
            if (path === "/box/n") memory.fileSystem.mkdir("/box/n", 0o700)
            if (path === "/box/m") memory.fileSystem.symlink("n", "/box/m")
            memory.fileSystem.mkdir(path, 0o755)
          })
      })
      return [thrown(operations.makeDirectory(path, { recursive: true })), Object.keys(memory.snapshot())]
    }
    expect(racing("/n/x")).toEqual([undefined, expect.arrayContaining(["/box/n/x"])])
    expect(racing("/m/x")[0]).toMatchObject({ _tag: "Failure", code: "EEXIST" })
  })
})

describe("directories that disappear again", () => {
  it("are created 32 times", () => {
    const made: Array<string> = []
    const { operations } = inBox({ "/box/d/f": "" }, { makeDirectory: (path) => ask(() => void made.push(path)) })
    expect(thrown(operations.makeDirectory("/d/n", { recursive: true }))).toEqual(["ENOENT", "mkdir"])
    expect(made).toEqual(Array(32).fill("/box/d/n"))
  })
})

describe("a temporary directory whose name begins with . or ..", () => {
  const tree: MemoryTree.Tree = { "/box/tmp/..one": "", "/box/file": "" }
  const prefix = "/tmp/.."

  it("gets another name if one exists", () => {
    const names = ["one", "one", "two"]
    const { memory, operations } = inBox(tree, { fileName: ask(() => names.shift() ?? "three") })
    expect(run(operations.makeTempDirectory(prefix)).path).toBe("/tmp/..two")
    expect(run(operations.makeTempDirectory("/tmp/.")).path).toBe("/tmp/.three")
    for (const path of ["/box/tmp/..two", "/box/tmp/.three"]) {
      expect(memory.snapshot()[path]).toMatchObject({ type: "Directory", mode: 0o700 })
    }
  })

  it("fails like mkdtemp(3) if every name exists, or none can be made", () => {
    const same = { fileName: ask(() => "one") }
    expect(thrown(inBox(tree, same).operations.makeTempDirectory(prefix))).toEqual(["EEXIST", "mkdtemp"])
    const full = { makeDirectory: failing("ENOSPC") }
    expect(thrown(inBox(tree, full).operations.makeTempDirectory(prefix))).toEqual(["ENOSPC", "mkdtemp"])
    const silent = { makeDirectory: failing(undefined) }
    expect(thrown(inBox(tree, silent).operations.makeTempDirectory(prefix))).toMatchObject({ _tag: "Failure" })
  })
})

it.each(["", "/", "/box/tmp/..", "/box/tmp/."])("a temporary directory is not one that was there: %j", (path) => {
  const { operations } = inBox({ "/box/tmp/f": "" }, { makeTempDirectory: () => ask(() => path) })
  expect(thrown(operations.makeTempDirectory("/tmp/"))).toEqual(["EIO", "mkdtemp"])
})

describe("a directory that lists more than names", () => {
  const tree: MemoryTree.Tree = {
    "/outside/secret": "",
    "/box/d/f": "",
    "/box/d/g": MemoryTree.directory(),
    "/box/n": MemoryTree.directory()
  }

  const listing = (...listed: ReadonlyArray<string>) => {
    const { fileSystem } = inBox(tree).memory
    return inBox(tree, {
      readDirectory: (path) =>
        ask(() => path === "/box/d" ? listed : Program.runSync(fileSystem.readDirectory(path, false)))
    })
  }

  it.each(["../../outside", "g/../f", "/f", "f/", ""])("cannot be entered: %j", (name) => {
    const { memory, operations } = listing("f", name)
    expect([
      thrown(operations.readDirectory("/d", true)),
      thrown(operations.readDirectory("/", true)),
      thrown(operations.copy("/d", "/n/copy"))
    ]).toEqual([["EIO", "scandir"], ["EIO", "scandir"], ["EIO", "scandir"]])
    expect(Object.keys(memory.snapshot())).not.toContain("/box/outside")
  })

  it("is entered without . and ..", () => {
    const { memory, operations } = listing(".", "..", "f", "g")
    expect(run(operations.readDirectory("/d", true))).toEqual(["f", "g"])
    run(operations.copy("/d", "/n/copy"))
    const copied = Object.keys(memory.snapshot()).filter((path) => path.startsWith("/box/n/"))
    expect(copied).toEqual(["/box/n/copy", "/box/n/copy/f", "/box/n/copy/g"])
  })
})

function* one<A>(asked: HostFileSystem.Ask<A>): HostFileSystem.Asking<A> {
  return yield* asked
}

describe("a copy of a directory into itself", () => {
  const tree: MemoryTree.Tree = {
    "/box/a/m/f": "",
    "/box/b": MemoryTree.directory(),
    "/box/n": MemoryTree.directory()
  }

  /** `stat` reports that two paths are one directory, as if it were mounted there. */
  const mounted = (path: string, directory: string) => {
    const box = inBox(tree, {
      stat: (asked) =>
        ask(() => {
          const { dev, ino, mode } = box.memory.fileSystem.stat(asked === path ? directory : asked)
          return { type: typeOf({ mode }), mode, dev, ino, atime: undefined, mtime: undefined }
        })
    })
    return box
  }

  it("is refused if a directory above the copy is the source, under another name", () => {
    const { memory, operations } = mounted("/box/b", "/box/a")
    const before = Object.keys(memory.snapshot())
    for (const to of ["/b/new", "/b/new/x", "/b/n/.."]) {
      expect(thrown(operations.copy("/a", to))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
    }
    expect(Object.keys(memory.snapshot())).toEqual(before)
  })

  it("is refused if the copy is in the source, under another name", () => {
    const { operations } = mounted("/box/a/m", "/box/n")
    expect(thrown(operations.copy("/a", "/n"))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
  })

  it("is refused if its path leads back to the source", () => {
    const { memory, operations } = inBox(tree)
    expect(thrown(operations.copy("/a", "/a/new/.."))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
    expect(memory.snapshot()).not.toHaveProperty(["/box/a/new"])
  })

  it("passes on why the directories above cannot be looked at", () => {
    const { host } = inBox(tree)
    const { operations } = inBox(tree, { stat: (path) => path === "/box/" ? failing("EIO")() : host.stat(path) })
    expect(thrown(operations.copy("/a", "/b/new"))).toMatchObject({ _tag: "Failure", code: "EIO" })
  })

  it("is made if the file system below cannot tell which directory is which", () => {
    for (const ino of [undefined, 0, 2 ** 60]) {
      const { host } = inBox(tree)
      const box = inBox(tree, {
        stat: (path) => ask(() => ({ ...run(one(host.stat(path.replace("/n/new", "/a")))), ino }))
      })
      run(box.operations.copy("/a", "/n/new"))
      expect(box.memory.snapshot()).toHaveProperty(["/box/n/new/m/f"])
    }
  })
})
