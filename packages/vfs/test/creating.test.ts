/** Tests what is found at the end of a path by operations that can create a file there. */
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as PathUse from "@procfsroot/vfs/PathUse"
import { describe, expect, it } from "vitest"
import { failure, type Fs, options } from "./failing.js"
import { built } from "./handles.js"

const bytes = new Uint8Array([1])

const write = (path: string, flag: FileSystem.Flag = "w") => (fs: Fs) => fs.writeFile(path, bytes, flag, 0o600)

const writeAtomic = (path: string) => (fs: Fs) => fs.rootDirectory.writeFileAtomic(path, bytes)

it("a flag says what is done with the path", () => {
  const flags: ReadonlyArray<FileSystem.Flag> = ["r", "r+", "w", "w+", "wx", "wx+", "a", "a+", "ax", "ax+"]
  expect(flags.map((flag) => `${flag}: ${PathUse.ofFlag(flag)}`)).toEqual([
    "r: follow",
    "r+: follow",
    "w: create",
    "w+: create",
    "wx: createNew",
    "wx+: createNew",
    "a: create",
    "a+: create",
    "ax: createNew",
    "ax+: createNew"
  ])
})

describe("a slash after the last name", () => {
  const tree: MemoryTree.Tree = {
    "/d/f": "",
    "/file": "",
    "/link": MemoryTree.link("d/new/"),
    "/closed": MemoryTree.directory({ mode: 0o600, uid: 1, gid: 1 }),
    "/closed/f": ""
  }

  const codes = (operation: typeof writeAtomic) => {
    const fs = () => FileSystem.make(built(tree, { uid: 7, gid: 7 }).operations, options)
    const paths = ["/new/", "/file/", "/d/", "/link", "/closed/f/", "/closed/new/", "/missing/new/"]
    return paths.map((path) => failure(operation(path), fs())[0])
  }

  it("is refused with EISDIR, whatever is there, if the directory may be searched", () => {
    const expected = ["EISDIR", "EISDIR", "EISDIR", "EISDIR", "EACCES", "EACCES", "ENOENT"]
    expect([codes(write), codes(writeAtomic)]).toEqual([expected, expected])
  })
})

describe("a sticky directory that everybody may write to", () => {
  const sticky = (regular: number): Fs => {
    const tree: MemoryTree.Tree = {
      "/tmp": MemoryTree.directory({ mode: 0o1777 }),
      "/tmp/own": MemoryTree.file("", { uid: 7, gid: 7, mode: 0o666 }),
      "/tmp/other": MemoryTree.file("", { uid: 8, gid: 8, mode: 0o666 })
    }
    return FileSystem.make(built(tree, { uid: 7, gid: 7 }, { regular }).operations, options)
  }

  it("has files of other users that cannot be opened to create them, if they are protected", () => {
    const codes = (fs: Fs) =>
      [write("/tmp/own"), write("/tmp/other"), write("/tmp/other", "r+")].map((run) => failure(run, fs)[0])
    expect(codes(sticky(0))).toEqual(["ok", "ok", "ok"])
    expect(codes(sticky(1))).toEqual(["ok", "EACCES", "ok"])
  })

  it("has no such rule in a file system without owners", () => {
    const { sticky: _, ...operations } = built({ "/f": "" }).operations
    const fs = FileSystem.make(operations, options)
    expect([failure(write("/f"), fs), failure(write("/new"), fs)]).toEqual([["ok"], ["ok"]])
  })
})

describe("a directory that cannot be searched", () => {
  it("lets no name in it be used, not even that of the root", () => {
    const tree: MemoryTree.Tree = { "/": MemoryTree.directory({ mode: 0o666 }), "/f": "" }
    const runs: ReadonlyArray<(fs: Fs) => ReturnType<Parameters<typeof failure>[0]>> = [
      write("/f"),
      write("f", "wx"),
      writeAtomic("/f"),
      (fs) => fs.mkdir("/n", 0o700),
      (fs) => fs.unlink("/f"),
      (fs) => fs.rmdir("f"),
      (fs) => fs.rename("/f", "/g"),
      (fs) => fs.link("/f", "/g"),
      (fs) => fs.symlink("x", "/g"),
      (fs) => fs.readLink("f"),
      (fs) => fs.remove("f"),
      (fs) => fs.copy("f", "g"),
      (fs) => fs.makeTemporaryDirectory("/t-")
    ]
    const fs = FileSystem.make(built(tree, { uid: 7, gid: 7 }).operations, options)
    expect(runs.map((run) => failure(run, fs)[0])).toEqual(runs.map(() => "EACCES"))
  })
})

describe("missing directories", () => {
  it.each([
    ["/x/y/z", "/x"],
    ["/x/y/z//", "/x"],
    ["/x///y", "/x//"],
    ["/x///", "/x///"],
    ["//x//y", "//x/"],
    ["/d//x", "/d//x"],
    ["/d/", undefined]
  ])("are created for %s, and the first is returned as Node writes it: %s", (path, first) => {
    const fs = FileSystem.make(built({ "/d": MemoryTree.directory() }).operations, options)
    expect(fs.makeDirectories(path, 0o755)).toBe(first)
    expect(fs.stat(path).mode & 0o777).toBe(0o755)
  })

  it("are not created where a link leads, even if they have the same name", () => {
    const tree: MemoryTree.Tree = { "/d/n": MemoryTree.link("/e/n"), "/e": MemoryTree.directory() }
    const fs = FileSystem.make(built(tree).operations, options)
    expect(failure((fs) => fs.makeDirectories("/d/n/x", 0o755), fs)[0]).toBe("ENOTDIR")
    expect(failure((fs) => fs.makeDirectories("/d/n", 0o755), fs)[0]).toBe("ENOENT")
    expect(failure((fs) => fs.stat("/e/n").mode.toString(), fs)[0]).toBe("ENOENT")
  })
})
