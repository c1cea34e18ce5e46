/** Tests operations on the attributes of files: which file they act on, what they pass on, and how they fail. */
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { describe, expect, it } from "vitest"
import { failure, type Fs, options, thrownBy } from "./failing.js"
import { built } from "./handles.js"

const tree: MemoryTree.Tree = {
  "/d/f": "content",
  "/l": MemoryTree.link("d/f"),
  "/loop": MemoryTree.link("loop"),
  "/private": MemoryTree.directory({ mode: 0o700, uid: 5, gid: 5 })
}

const fileSystem = (user?: MemoryTree.User, now = 0): Fs =>
  FileSystem.make(built(tree, user).operations, { ...options, now: () => now })

const someone = { uid: 7, gid: 7 }

interface Operation {
  /** The system call that errors name. */
  readonly syscall: string
  /** Whether a link at the end of the path is the file itself. */
  readonly keeps?: boolean
  readonly run: (fs: Fs, path: string) => unknown
}

const operations: ReadonlyArray<Operation> = [
  { syscall: "access", run: (fs, path) => fs.access(path, { readable: true, writable: false }) },
  { syscall: "chmod", run: (fs, path) => fs.chmod(path, 0o600) },
  { syscall: "chown", run: (fs, path) => fs.chown(path, 1, 2) },
  { syscall: "lchown", keeps: true, run: (fs, path) => fs.rootDirectory.lchown(path, 1, 2) },
  { syscall: "lstat", keeps: true, run: (fs, path) => fs.lstat(path) },
  { syscall: "lstat", keeps: true, run: (fs, path) => fs.rootDirectory.lstat(path) },
  { syscall: "lutime", keeps: true, run: (fs, path) => fs.rootDirectory.lutimes(path, 1, 2) },
  { syscall: "realpath", run: (fs, path) => fs.realPath(path) },
  { syscall: "stat", run: (fs, path) => fs.stat(path) },
  { syscall: "stat", run: (fs, path) => fs.rootDirectory.stat(path) },
  { syscall: "statfs", run: (fs, path) => fs.rootDirectory.statfs(path) },
  { syscall: "utime", run: (fs, path) => fs.utimes(path, 1, 2) }
]

const outcome = (run: (fs: Fs, path: string) => unknown, fs: Fs, path: string) =>
  failure((fs) => void run(fs, path), fs)

describe.each(operations)("$syscall", ({ keeps = false, run, syscall }) => {
  it("names itself and its path when it fails", () => {
    for (const [path, code] of [["/missing", "ENOENT"], ["/d/f/x", "ENOTDIR"], ["", "ENOENT"]] as const) {
      expect(outcome(run, fileSystem(), path)).toEqual([code, syscall, [path]])
    }
    expect(outcome(run, fileSystem(someone), "/private/x")).toEqual(["EACCES", syscall, ["/private/x"]])
  })

  it(`${keeps ? "keeps" : "follows"} a link at the end`, () => {
    expect(outcome(run, fileSystem(), "/loop")).toEqual(keeps ? ["ok"] : ["ELOOP", syscall, ["/loop"]])
    expect(outcome(run, fileSystem(), "/l")).toEqual(["ok"])
  })
})

describe("changes", () => {
  it("are made to the file that the path leads to", () => {
    const fs = fileSystem()
    fs.chmod("/l", 0o640)
    fs.chown("/l", 1, 2)
    fs.utimes("/l", 3, new Date(4_000))
    fs.rootDirectory.lchown("/l", 5, 6)
    fs.rootDirectory.lutimes("/l", 7, 8)
    expect(fs.stat("/d/f")).toMatchObject({ mode: 0o100640, uid: 1, gid: 2, atimeMs: 3_000, mtimeMs: 4_000 })
    expect(fs.lstat("/l")).toMatchObject({ mode: 0o120777, uid: 5, gid: 6, atimeMs: 7_000, mtimeMs: 8_000 })
    expect(fs.realPath("/l")).toBe("/d/f")
  })

  it("leave an id that is the largest number as it is", () => {
    const fs = fileSystem()
    fs.chown("/d/f", 1, 2 ** 32 - 1)
    fs.chown("/d/f", 2 ** 32 - 1, 2 ** 32 - 2)
    expect(fs.stat("/d/f")).toMatchObject({ uid: 1, gid: 2 ** 32 - 2 })
  })

  it("with a negative time mean now, but not with zero", () => {
    const fs = fileSystem(undefined, 12_000)
    fs.utimes("/d/f", -1, 0)
    expect(fs.stat("/d/f")).toMatchObject({ atimeMs: 12_000, mtimeMs: 0 })
    fs.utimes("/d/f", new Date(-1_000), -0.5)
    expect(fs.stat("/d/f")).toMatchObject({ atimeMs: -1_000, mtimeMs: 12_000 })
  })

  it("with an invalid date fail after the file was found", () => {
    const invalid = new Date(Number.NaN)
    for (const [atime, mtime] of [[invalid, 1], [1, invalid]] as const) {
      expect(failure((fs) => fs.utimes("/d/f", atime, mtime), fileSystem())).toEqual(["EINVAL", "utime", ["/d/f"]])
      expect(failure((fs) => fs.utimes("/x", atime, mtime), fileSystem())).toEqual(["ENOENT", "utime", ["/x"]])
      // Not every file system can be asked to set such a date.
      const utimes = () => expect.unreachable()
      const fs = FileSystem.make({ ...built(tree).operations, utimes }, options)
      expect(failure((fs) => fs.utimes("/d/f", atime, mtime), fs)).toEqual(["EINVAL", "utime", ["/d/f"]])
    }
  })

  it("need the owner of the file", () => {
    const fs = fileSystem(someone)
    expect(failure((fs) => fs.chmod("/d/f", 0o777), fs)).toEqual(["EPERM", "chmod", ["/d/f"]])
    expect(failure((fs) => fs.chown("/d/f", 7, 7), fs)).toEqual(["EPERM", "chown", ["/d/f"]])
    expect(failure((fs) => fs.utimes("/d/f", 1, 1), fs)).toEqual(["EPERM", "utime", ["/d/f"]])
  })
})

describe("whether a file exists", () => {
  it("is false only if it is missing", () => {
    const fs = fileSystem(someone)
    expect(["/d/f", "/l", "/missing", "/missing/x"].map(fs.exists)).toEqual([true, true, false, false])
    for (const [path, code] of [["/loop", "ELOOP"], ["/d/f/x", "ENOTDIR"], ["/private/x", "EACCES"]] as const) {
      expect(failure((fs) => void fs.exists(path), fs)).toEqual([code, "access", [path]])
    }
  })
})

describe("what returns its failure", () => {
  it("is like what throws it", () => {
    const fs = fileSystem()
    expect(fs.returning.stat("/l")).toEqual(fs.stat("/d/f"))
    expect(fs.returning.lstat("/l")).toEqual(fs.lstat("/l"))
    expect(fs.returning.access("/l", { readable: true, writable: false })).toBeUndefined()
    for (const run of [fs.returning.stat, fs.returning.lstat]) {
      expect(run("/missing")).toMatchObject({ error: { code: "ENOENT" } })
    }
    expect(fs.returning.access("/missing", { readable: true, writable: false })).toMatchObject({
      error: { code: "ENOENT" }
    })
    const denied = fileSystem(someone).returning.access("/d/f", { readable: false, writable: true })
    expect(denied).toMatchObject({ error: { code: "EACCES" } })
  })
})

describe("extended attributes", () => {
  it("have names without NUL", () => {
    const { rootDirectory } = fileSystem()
    const name = "user.\0"
    const refused = [
      thrownBy(() => rootDirectory.getExtendedAttribute("/d/f", name)),
      thrownBy(() => rootDirectory.setExtendedAttribute("/d/f", name, new Uint8Array())),
      thrownBy(() => rootDirectory.removeExtendedAttribute("/d/f", name))
    ]
    expect(refused.map(({ code }) => code)).toEqual(Array(3).fill("ERR_INVALID_ARG_VALUE"))
  })
})
