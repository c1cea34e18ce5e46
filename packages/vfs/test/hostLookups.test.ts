/** Tests how names are looked up in a file system of host paths, and the shortcut by `realPath`. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import * as Policy from "@procfsroot/path/Policy"
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { describe, expect, it } from "vitest"
import { caching } from "../src/internal/host/lookup.js"
import { ask, failing, inBox, run, thrown } from "./box.js"

describe("realPath", () => {
  /** The host paths for which it was asked, and the answer for each. */
  const byRealPath = (root: string, answers: (path: string) => string | undefined = (path) => path) => {
    const asked: Array<string> = []
    const host = {
      realPath: (path: string) =>
        ask(() => {
          asked.push(path)
          if (path === `${root}/.`) return root
          if (path.length > 255) throw Errno.make("ENAMETOOLONG")
          const answer = answers(path)
          if (answer === undefined) throw Errno.make("ENOENT")
          return answer
        })
    }
    const find = run(HostFileSystem.byRealPath(host, root))
    asked.length = 0
    const place = (path: string, options: Policy.Options = {}) => {
      if (find === undefined) return "not used"
      return run(find(path, Policy.make(options)))
    }
    return { asked, place }
  }

  it("returns the place of a path without links", () => {
    const { asked, place } = byRealPath("/box")
    expect([place("/a/b"), place("a"), place("/a...b/.c")]).toEqual(["/a/b", "/a", "/a...b/.c"])
    expect(asked).toEqual(["/box/a/b", "/box/a", "/box/a...b/.c"])
  })

  it("leaves a path to the walk if it leads elsewhere or fails", () => {
    const { place } = byRealPath("/box", (path) => path.endsWith("l") ? "/box/target" : undefined)
    expect([place("/l"), place("/missing")]).toEqual([undefined, undefined])
  })

  it("is not asked where a policy could refuse or change the path", () => {
    const { asked, place } = byRealPath("/box")
    expect([
      place("a", { from: "/d" }),
      place("/a", { mounts: "forbid" }),
      place("/a", { lastComponent: "unchecked" }),
      place("/a", { containment: "beneath" })
    ]).toEqual([undefined, undefined, undefined, undefined])
    expect(asked).toEqual([])
    expect(place("a", { containment: "beneath" })).toBe("/a")
    expect(place("/a", { containment: "reject" })).toBe("/a")
  })

  it("is not asked for a path that is not clean, or that has bytes which were replaced", () => {
    const { asked, place } = byRealPath("/box")
    for (const path of ["/", "", ".", "..", "/a/", "/a//b", "/a/./b", "/a/..", "../a", "/\ufffd", "/\ud800"]) {
      expect(place(path)).toBeUndefined()
    }
    expect(asked).toEqual([])
  })

  it("is asked less often when it rarely helps", () => {
    const { asked, place } = byRealPath("/box", () => undefined)
    for (let i = 0; i < 200; i++) place(`/${i}`)
    // The average falls below 0.3 after 19 failures. Then every 16th path is asked.
    expect(asked.length).toBe(19 + Math.ceil((200 - 19) / 16))
  })

  it("is not used if the file system below does not have it, or the root is relative or contains a link", () => {
    const without = (answer: () => string, root: string) => {
      const realPath = (path: string) => path.endsWith("/.") ? ask(answer) : failing("ENAMETOOLONG")()
      return run(HostFileSystem.byRealPath({ realPath }, root))
    }
    expect(run(HostFileSystem.byRealPath({ realPath: failing("ENOSYS") }, "/box"))).toBeUndefined()
    expect(without(() => "/box/.", "/box")).toBeUndefined()
    expect(without(() => "/real", "/box")).toBeUndefined()
    expect(without(() => "box", "box")).toBeUndefined()
    expect(without(() => "/box", "/box")).toBeDefined()
    // What looks the same can be two files.
    expect(without(() => "/\ufffd", "/\ufffd")).toBeUndefined()
    // It only changes the text.
    expect(run(HostFileSystem.byRealPath({ realPath: () => ask(() => "/box") }, "/box"))).toBeUndefined()
  })
})

describe("a lookup without lstat", () => {
  const info = (type: "Directory" | "File") => () =>
    ask(() => ({ type, mode: 0, dev: 0, ino: 0, atime: undefined, mtime: undefined }))

  /** A failure without an errno gets the code that `run` passes, EIO. */
  const entry = (host: Partial<Pick<HostFileSystem.HostFileSystem, "readLink" | "stat">>, name = "n") =>
    run(
      HostFileSystem.lookup({ readLink: failing("EINVAL"), stat: info("File"), ...host })({
        directory: ComponentStack.make("/d"),
        name
      })
    )

  it("is a link if readLink says so", () => {
    const link = (target: string) => entry({ readLink: () => ask(() => target) })
    expect(link("target")).toEqual({ _tag: "SymbolicLink", target: "target", handle: "/d/n" })
    for (const target of ["a\ufffd", "\ud800"]) {
      expect(link(target)).toMatchObject({ target, unreadable: { _tag: "Fault", cause: { code: "EILSEQ" } } })
    }
  })

  it("is what stat says otherwise", () => {
    expect(entry({})).toEqual({ _tag: "Other", handle: "/d/n" })
    expect(entry({ stat: info("Directory") })).toEqual({ _tag: "Directory", handle: "/d/n" })
    expect(entry({ stat: failing("ENOENT") })).toEqual({ _tag: "Missing" })
    expect(entry({ stat: failing("EACCES") })).toMatchObject({ _tag: "Fault", cause: { code: "EACCES" } })
  })

  it("is missing or a fault if readLink fails for another reason", () => {
    expect(entry({ readLink: failing("ENOENT"), stat: failing("EIO") })).toEqual({ _tag: "Missing" })
    expect(entry({ readLink: failing("EACCES"), stat: info("File") })).toMatchObject({
      _tag: "Fault",
      cause: { code: "EACCES" }
    })
  })

  it("is decided by stat if a failure has no errno, as in fakes", () => {
    expect(entry({ readLink: failing(undefined) })).toEqual({ _tag: "Other", handle: "/d/n" })
    expect(entry({ readLink: failing(undefined), stat: failing("ENOENT") })).toMatchObject({ _tag: "Fault" })
    expect(entry({ readLink: failing(undefined), stat: failing("EACCES") })).toMatchObject({
      _tag: "Fault",
      cause: { code: "EACCES" }
    })
    // Fakes fail with PermissionDenied.
    const denied = () =>
      ask(() => {
        throw HostFileSystem.failure(new Error("no errno"), "EACCES")
      })
    expect(entry({ readLink: denied, stat: info("File") })).toMatchObject({
      _tag: "Fault",
      cause: { message: "no errno" }
    })
  })

  it("of a dot checks whether the directory may be searched", () => {
    expect(entry({ stat: info("Directory") }, ".")).toEqual({ _tag: "Directory", handle: "/d" })
    expect(entry({ stat: failing("EACCES") }, ".")).toMatchObject({ _tag: "Fault", cause: { code: "EACCES" } })
    expect(entry({ stat: failing("ENOENT") }, ".")).toEqual({ _tag: "Directory", handle: "/d" })
    const asked: Array<string> = []
    entry({
      stat: (path) => {
        asked.push(path)
        return info("Directory")()
      }
    }, ".")
    expect(asked).toEqual(["/d/."])
  })

  it("of a name with characters that are not bytes is a fault, without a call", () => {
    const never = () => ask<never>(() => expect.unreachable())
    expect(entry({ readLink: never, stat: never }, "\ud800")).toMatchObject({
      _tag: "Fault",
      cause: { code: "EILSEQ" }
    })
  })

  it("that throws something else is a defect", () => {
    const broken = (): never => {
      throw new TypeError("broken")
    }
    expect(() => entry({ readLink: broken })).toThrow("broken")
  })
})

describe("a lookup that remembers its answers", () => {
  it("looks up each place once, up to a limit", () => {
    const asked: Array<string> = []
    const lookup = caching(function*({ directory, name }) {
      asked.push(`${directory.handle}/${name}`)
      yield* ask(() => {})
      return { _tag: "Other", handle: `${directory.handle}/${name}` }
    }, 2)
    const look = (directory: string, name: string) => run(lookup({ directory: ComponentStack.make(directory), name }))
    const first = look("/a", "x")
    expect([first, look("/a", "x"), look("/b", "x")])
      .toEqual([{ _tag: "Other", handle: "/a/x" }, first, { _tag: "Other", handle: "/b/x" }])
    expect(asked.splice(0)).toEqual(["/a/x", "/b/x"])
    // It is full, so it forgets everything.
    look("/a", "y")
    look("/a", "y")
    look("/a", "x")
    look("/a", "y")
    expect(asked).toEqual(["/a/y", "/a/x"])
  })
})

it("looks up each name once, even if links lead through the same directory again", () => {
  const asked: Array<string> = []
  const links: Readonly<Record<string, string>> = { "/d/first": "/d/second", "/d/second": "../d/f" }
  const lookup: HostFileSystem.Lookup = function*({ directory, name }) {
    const handle = `${directory.handle}/${name}`
    yield* ask(() => asked.push(handle))
    const target = links[handle]
    if (target !== undefined) return { _tag: "SymbolicLink", target, handle }
    return name === "f" ? { _tag: "Other", handle } : { _tag: "Directory", handle }
  }
  const outcome = run(HostFileSystem.walk("", "/d/first", lookup, Policy.defaultPolicy))
  expect(outcome).toMatchObject({ _tag: "Resolved", kind: "Other", place: { handle: "/d/f" } })
  expect(asked).toEqual(["/d", "/d/first", "/d/second", "/d/f"])
})

it("looks up a name once for all paths of a batch, up to a limit", () => {
  const asked: Array<string> = []
  const lookup: HostFileSystem.Lookup = function*({ directory, name }) {
    const handle = `${directory.handle}/${name}`
    yield* ask(() => asked.push(handle))
    return name === "f" ? { _tag: "Other", handle } : { _tag: "Directory", handle }
  }
  const lookups = (limit: number, paths: ReadonlyArray<string>) => {
    const next = HostFileSystem.batch("", lookup, limit)
    for (const path of paths) expect(run(next(path, Policy.defaultPolicy))).toMatchObject({ _tag: "Resolved" })
    return asked.splice(0)
  }
  expect(lookups(9, ["/d/f", "/d/f", "/d/e"])).toEqual(["/d", "/d/f", "/d/e"])
  expect(lookups(1, ["/d", "/d", "/d/f", "/d"])).toEqual(["/d", "/d/f", "/d"])
})

describe("an open that does not follow links", () => {
  const tree: MemoryTree.Tree = {
    "/box/d/f": "",
    "/box/l": MemoryTree.link("d/f"),
    "/box/dang": MemoryTree.link("d/new"),
    "/box/dl": MemoryTree.link("d")
  }
  const open = (path: string, flag: "r" | "w" | "wx") => thrown(inBox(tree).operations.open(path, flag, 0o600, true))

  it("refuses a link at the end, but not before it", () => {
    expect([open("/l", "r"), open("/l", "w"), open("/dang", "w"), open("/l", "wx")])
      .toEqual([["ELOOP", undefined], ["ELOOP", undefined], ["ELOOP", undefined], "/box/l"])
    expect([open("/dl/f", "r"), open("/dl/f", "w"), open("/dl/new", "w")]).toEqual([
      "/box/d/f",
      "/box/d/f",
      "/box/d/new"
    ])
    expect([open("/missing", "r"), open("/dl/", "r")]).toEqual([["ENOENT", undefined], "/box/d"])
  })

  it("with a slash at the end creates nothing", () => {
    expect([open("/d/new/", "w"), open("/dl/", "w"), open("/", "w")]).toEqual([["EISDIR", undefined], [
      "EISDIR",
      undefined
    ], "/box/"])
  })
})

describe("arguments", () => {
  const { operations } = inBox({ "/box/f": "" })

  it("without NUL are needed by every operation", () => {
    const nul = "/\0"
    const all: ReadonlyArray<HostFileSystem.Asking<unknown>> = [
      operations.access(nul),
      operations.chmod(nul, 1),
      operations.open(nul, "r"),
      operations.realPath(nul),
      operations.watch(nul),
      operations.copy("/f", nul),
      operations.copyFile(nul, "/f"),
      operations.link("/f", nul),
      operations.symlink(nul, "/f"),
      operations.readLink(nul),
      operations.makeDirectory(nul),
      operations.makeTempDirectory(nul),
      operations.makeTempFile("/", nul),
      operations.remove(nul),
      operations.rename("/f", nul),
      operations.readDirectory(nul, false)
    ]
    expect(all.map(thrown)).toEqual(all.map(() => "ERR_INVALID_ARG_VALUE"))
  })

  it("are checked before anything is looked up", () => {
    const all: ReadonlyArray<HostFileSystem.Asking<unknown>> = [
      operations.chmod("/missing", -1),
      operations.chown("/missing", -2, 0),
      operations.truncate("/missing", 1.5),
      operations.open("/missing", "r", -1),
      operations.makeDirectory("/missing/x", { mode: -1 })
    ]
    expect(all.map(thrown)).toEqual(all.map(() => "ERR_OUT_OF_RANGE"))
    expect(thrown(operations.utimes("/missing", Number.NaN, 1))).toBe("ERR_INVALID_ARG_TYPE")
    expect(thrown(operations.symlink("x".repeat(4_096), "/missing/x"))).toEqual(["ENAMETOOLONG", undefined])
  })
})

describe("a policy", () => {
  const tree: MemoryTree.Tree = { "/box/d/f": "", "/box/e/g": "" }

  it("that forbids mounts refuses what the file system below cannot tell", () => {
    const { operations } = inBox(tree, {}, { policy: { mounts: "forbid" } })
    expect([thrown(operations.watch("/")), thrown(operations.copy("/d", "/x")), thrown(operations.remove("/d/f"))])
      .toEqual([["EXDEV", undefined], ["EXDEV", undefined], ["EXDEV", undefined]])
  })

  it("that forbids mounts allows to remove a temporary directory, which was just made", () => {
    const { memory, operations } = inBox(tree, {}, { policy: { mounts: "forbid" } })
    const { path, remove } = run(operations.makeTempDirectory("/t-"))
    expect(memory.snapshot()).toHaveProperty([`/box${path}`])
    run(remove({ recursive: true }))
    expect(memory.snapshot()).not.toHaveProperty([`/box${path}`])
  })

  it("that refuses absolute paths allows to make and remove temporary files and directories", () => {
    const { memory, operations } = inBox(tree, {}, { policy: { containment: "beneath" } })
    for (const { path, remove } of [operations.makeTempDirectory("t-"), operations.makeTempFile("t-", "")].map(run)) {
      expect(memory.snapshot()).toHaveProperty([`/box/${path}`])
      run(remove({ recursive: true }))
      expect(memory.snapshot()).not.toHaveProperty([`/box/${path}`])
    }
  })

  it("with a directory to start from is used for relative paths", () => {
    const { memory, operations } = inBox(tree, {}, { policy: { from: "/d" } })
    expect([run(operations.readFile("f")), run(operations.readFile("/e/g"))]).toEqual(["/box/d/f", "/box/e/g"])
    expect(operations.temporaryDirectory).toBe("/tmp")
    run(operations.makeDirectory("n/m", { mode: 0o750, recursive: true }))
    expect(memory.snapshot()).toMatchObject({ "/box/d/n": { mode: 0o750 }, "/box/d/n/m": { mode: 0o750 } })
    const { path, remove } = run(operations.makeTempDirectory("t-"))
    expect(memory.snapshot()).toHaveProperty([`/box/d/${path}`])
    run(remove({ recursive: true }))
    expect(memory.snapshot()).not.toHaveProperty([`/box/d/${path}`])
    const missing = inBox(tree, {}, { policy: { from: "/none" } }).operations
    expect(thrown(missing.makeDirectory("x", { recursive: true }))).toEqual(["ENOENT", undefined])
  })
})

describe("an open file", () => {
  it("that appends needs no position, and a closed one fails", () => {
    const appending = HostFileSystem.openFile("a")
    const writing = HostFileSystem.openFile("w")
    const codeOf = (call: () => void) => {
      try {
        return call() ?? "ok"
      } catch (thrown) {
        if (Errno.isErrno(thrown)) return [thrown.code, thrown.syscall, thrown.paths]
        return Errno.isBadArgument(thrown) ? thrown.code : thrown
      }
    }
    for (const file of [appending, writing]) file.sought(-1n)
    expect([codeOf(() => appending.write()), codeOf(() => writing.write())]).toEqual(["ok", "ERR_OUT_OF_RANGE"])
    writing.sought("no position")
    expect(codeOf(() => writing.write())).toBe("ok")
    expect(codeOf(() => writing.readAlloc(-1))).toBe("ERR_OUT_OF_RANGE")
    expect(codeOf(() => writing.truncate(0.5))).toBe("ERR_OUT_OF_RANGE")
    expect(writing.isOpen).toBe(true)
    writing.close()
    expect(writing.isOpen).toBe(false)
    expect([
      codeOf(() => writing.write()),
      codeOf(() => writing.sync()),
      codeOf(() => writing.truncate(0)),
      codeOf(() => writing.readAlloc(1))
    ]).toEqual(["write", "fsync", "ftruncate", "read"].map((syscall) => ["EBADF", syscall, []]))
  })
})

describe("a watch", () => {
  it("reports changes by their names in the root", () => {
    const { memory, operations } = inBox({ "/box/d/f": "", "/box/l": MemoryTree.link("d/f") })
    const directory = run(operations.watch("/d"))
    const file = run(operations.watch("/l"))
    expect([directory.hostPath, file.hostPath]).toEqual(["/box/d", "/box/d/f"])
    expect(run(directory.change({ type: "Update", name: "x" }))).toEqual({ type: "Update", name: "x" })
    expect(run(directory.change({ type: "Remove", name: "f" }))).toEqual({ type: "Create", name: "f" })
    expect(run(file.change({ type: "Create", name: "f" }))).toEqual({ type: "Create", name: "l" })
    memory.fileSystem.unlink("/box/d/f")
    expect(run(directory.change({ type: "Create", name: "f" }))).toEqual({ type: "Remove", name: "f" })
    expect(run(file.change({ type: "Create", name: "f" }))).toEqual({ type: "Remove", name: "l" })
    expect(run(directory.change({ type: "Create", name: "/box/d/f" }))).toEqual({ type: "Create", name: "/d/f" })
    expect(run(directory.change({ type: "Create", name: "/boxes/f" }))).toBeUndefined()
  })

  it("resolves the names that a recursive watch reports in the root", () => {
    const { operations } = inBox(
      {
        "/outside/x": "",
        "/box/outside/y": "",
        "/box/d/f": "",
        "/box/d/loop": MemoryTree.link("loop"),
        "/box/d/out": MemoryTree.link("/outside"),
        "/box/a..b/f": ""
      },
      {},
      { policy: { from: "/outside" } }
    )
    expect(run(run(operations.watch("/a..b", true)).change({ type: "Remove", name: "f" }))?.type).toBe("Create")
    const { change } = run(operations.watch("/d", true))
    const typeOf = (name: string) => run(change({ type: "Create", name }))?.type
    expect(["f", "out", "out/x", "out/y", "f/x", "loop", "loop/x", "../../outside/x"].map(typeOf))
      .toEqual(["Create", "Create", "Remove", "Create", "Remove", "Create", "Remove", "Remove"])
  })

  it("takes a name for removed that the policy forbids to reach", () => {
    const { operations } = inBox({ "/outside/x": "", "/box/d/out": MemoryTree.link("/outside") }, {}, {
      policy: { containment: "beneath" }
    })
    const { change } = run(operations.watch("d", true))
    expect(run(change({ type: "Create", name: "out/x" }))).toEqual({ type: "Remove", name: "out/x" })
  })

  it("passes on why a name cannot be looked up", () => {
    const { operations } = inBox({ "/box/d/f": "" }, {
      readLink: (path) => path.endsWith("/f") ? failing("EIO")() : failing("EINVAL")()
    })
    const { change } = run(operations.watch("/d"))
    expect(thrown(change({ type: "Create", name: "f" }))).toEqual(["EIO", undefined])
  })
})
