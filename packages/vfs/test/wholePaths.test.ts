/** If the system resolves whole paths, it is asked first. A walk finds what it does not report. */
import { MISSING } from "@procfsroot/vfs/InodeOperations"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { expect, it } from "vitest"
import { failure, type Fs, options } from "./failing.js"
import { built, type Handle, Held, type Operations } from "./handles.js"

const tree: MemoryTree.Tree = { "/d/f": "text", "/d/l": MemoryTree.link("f") }

type Change = (operations: Operations<Handle>) => Partial<Operations<Handle>>

/** Returns how an operation ended, and the calls that it made. */
const calls = (run: (fs: Fs) => void, change: Change = () => ({})): ReadonlyArray<unknown> => {
  const made: Array<string> = []
  const { operations } = new Held(built(tree), "path", (name) => made.push(name))
  const fs = FileSystem.make({ ...operations, ...change(operations) }, options)
  const [code] = failure(run, fs)
  return [code, ...made.filter((name) => ["lookup", "missing", "open", "openInode", "openPath"].includes(name))]
}

it("a file is opened in one call", () => {
  expect(calls((fs) => void fs.open("/d/l", "r", 0))).toEqual(["ok", "openPath"])
  expect(calls((fs) => void fs.open("/d/f", "r", 0, true))).toEqual(["ok", "openPath"])
  expect(calls((fs) => void fs.open("/d/l", "r", 0, true))).toEqual(["ELOOP", "openPath", "open"])
  expect(calls((fs) => void fs.stat("/d/l"))).toEqual(["ok", "open"])
  expect(calls((fs) => void fs.exists("/d/none"))).toEqual(["ok", "open"])
})

it("the system reports which name is missing", () => {
  expect(calls((fs) => void fs.open("/none/f", "r", 0))).toEqual(["ENOENT", "openPath", "missing"])
  expect(calls((fs) => void fs.stat("/none/f"))).toEqual(["ENOENT", "open", "missing"])
})

it("a walk finds all other reasons", () => {
  expect(calls((fs) => void fs.stat("/d/f/x"))).toEqual(["ENOTDIR", "open", "lookup", "lookup"])
  // It was missing, and now exists.
  const appeared: Change = () => ({ open: () => MISSING, openPath: () => MISSING, missing: () => undefined })
  expect(calls((fs) => void fs.stat("/d/f"), appeared)).toEqual(["ok", "lookup", "lookup"])
  expect(calls((fs) => void fs.open("/d/f", "r", 0), appeared)).toEqual(["ok", "lookup", "lookup", "openInode"])
  expect(calls((fs) => void fs.mkdir("/d/new", 0o777), appeared)).toEqual(["ok", "lookup"])
  const without = (run: (fs: Fs) => void) => {
    const { missing: _, ...rest } = new Held(built(tree), "path", () => {}).operations
    return failure(run, FileSystem.make(rest, options))[0]
  }
  expect([without((fs) => void fs.open("/none", "r", 0)), without((fs) => void fs.stat("/none"))])
    .toEqual(["ENOENT", "ENOENT"])
})

it("a name in the root needs no lookup, and another one only that of its directory", () => {
  const asked: Array<string> = []
  const recording: Change = ({ open }) => ({
    open: (root, path, policy) => {
      asked.push(path)
      return open?.(root, path, policy)
    }
  })
  expect(calls((fs) => void fs.mkdir("new", 0o777), recording)).toEqual(["ok"])
  expect(calls((fs) => void fs.mkdir("new/", 0o777), recording)).toEqual(["ok"])
  expect(asked.splice(0)).toEqual([])
  expect(calls((fs) => void fs.mkdir("/d/new", 0o777), recording)).toEqual(["ok", "open"])
  expect(calls((fs) => void fs.mkdir("/d/f/new", 0o777), recording)).toEqual(["ENOTDIR", "open", "lookup", "lookup"])
  // The dot makes the kernel follow a link there even where it protects links at the end of a path.
  expect(calls((fs) => void fs.mkdir("/new", 0o777), recording)).toEqual(["ok", "open"])
  expect(asked.splice(0)).toEqual(["/d/.", "/d/f/.", "/."])
  expect(calls((fs) => void fs.mkdir("/d/..", 0o777), recording)).toEqual(["EEXIST", "open"])
  expect(asked.splice(0)).toEqual(["/d/.."])
  // Without such a system, the search permission of the root has to be checked.
  const { open: _, ...walking } = new Held(built(tree), "path", () => {}).operations
  expect(failure((fs) => void fs.mkdir("new", 0o777), FileSystem.make(walking, options))).toEqual(["ok"])
})

it("a file is created in one call", () => {
  const open = (path: string, flag: FileSystem.Flag) => calls((fs) => void fs.open(path, flag, 0o600))
  expect(open("/d/f", "a")).toEqual(["ok", "openPath"])
  expect(open("/d/l", "a")).toEqual(["ok", "openPath"])
  expect(open("/d/new", "a")).toEqual(["ok", "openPath"])
  expect(open("/d/new", "wx")).toEqual(["ok", "openPath"])
  expect(open("/d/f", "wx")).toEqual(["EEXIST", "openPath", "open"])
  expect(open("/d/f/", "a")).toEqual(["EISDIR", "openPath", "lookup", "lookup"])
  expect(open("/d/", "a")).toEqual(["EISDIR", "openPath", "lookup"])
  expect(calls((fs) => void fs.open("/d/l", "a", 0o600, true))).toEqual(["ELOOP", "openPath", "open"])
})

/** As in a thread, whose descriptors Node has to open. */
const cannotOpen: Change = () => ({ openPath: () => undefined })

it("without such a call, a file that may be created is found in one call if it is there", () => {
  const append = (path: string) => calls((fs) => void fs.open(path, "a", 0o600), cannotOpen)
  expect(append("/d/f")).toEqual(["ok", "open", "openInode"])
  expect(append("/d/l")).toEqual(["ok", "open", "openInode"])
  expect(append("/d/new")).toEqual(["ok", "open", "lookup", "lookup"])
  expect(append("/d/f/")).toEqual(["EISDIR", "lookup", "lookup"])
  expect(append("/d/")).toEqual(["EISDIR", "lookup"])
  expect(calls((fs) => void fs.open("/d/l", "a", 0o600, true), cannotOpen)).toEqual(["ELOOP", "open"])
})

it("a file in a sticky directory is opened only if its owner allows it", () => {
  const open = (concerns: boolean, denies: boolean, path = "/d/f") => {
    const denied: Array<boolean> = []
    const sticky = {
      concerns: () => concerns,
      denies: () => {
        denied.push(denies)
        return denies
      }
    }
    const [code] = calls((fs) => void fs.open(path, "a", 0o600), () => ({ sticky, openPath: () => undefined }))
    return [code, denied]
  }
  expect(open(true, true)).toEqual(["EACCES", [true]])
  expect(open(true, false)).toEqual(["ok", [false]])
  expect(open(false, true)).toEqual(["ok", []])
  expect(open(true, true, "/d/new")).toEqual(["ok", []])
  expect(open(true, true, "/")).toEqual(["EISDIR", []])
})

it("a slash after a new name is refused only where the directory may be searched", () => {
  const locked: MemoryTree.Tree = { "/d": MemoryTree.directory({ mode: 0o600, uid: 5 }), "/d/f": "" }
  const open = (path: string, user?: MemoryTree.User) =>
    failure((fs) => void fs.open(path, "w", 0o600), FileSystem.make(built(locked, user).operations, options))[0]
  expect([open("/d/f/"), open("/d/new/"), open("/new/")]).toEqual(["EISDIR", "EISDIR", "EISDIR"])
  const user = { uid: 5, gid: 5 }
  expect([open("/d/f/", user), open("/d/new/", user), open("/new/", user)]).toEqual(["EACCES", "EACCES", "EISDIR"])
})

it("a directory that disappears again and again is created 32 times", () => {
  const { operations } = built(tree)
  const made: Array<string> = []
  const mkdir: typeof operations.mkdir = ({ name }) => void made.push(name)
  const fs = FileSystem.make({ ...operations, mkdir }, options)
  expect(failure((fs) => void fs.makeDirectories("/d/a/b", 0o777), fs)).toEqual(["ENOENT", "mkdir", ["/d/a/b"]])
  expect(made).toEqual(Array(32).fill("a"))
})

it("a missing name in the target of a link is not created", () => {
  const links: MemoryTree.Tree = {
    "/dangling": MemoryTree.link("missing/x"),
    "/up": MemoryTree.link("missing/../d"),
    "/d/f": ""
  }
  const fs = () => FileSystem.make(built(links).operations, options)
  const make = (path: string) => failure((fs) => void fs.makeDirectories(path, 0o777), fs())[0]
  expect([make("/dangling/a"), make("/up/a"), make("/new/../a"), make("/new/./../new/a")])
    .toEqual(["ENOTDIR", "ENOTDIR", "ok", "ok"])
  const made = fs()
  made.makeDirectories("/a/./b//../c/", 0o777)
  expect(["/a/b", "/a/c"].map(made.exists)).toEqual([true, true])
})
