/** Tests which entries are listed, and which of them are looked up for that. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { type Fs, options } from "./failing.js"
import { built } from "./handles.js"

describe("a list of entries", () => {
  const operations = built({ "/d/e/f": "", "/d/l": MemoryTree.link("e"), "/d/x": "" }).operations

  const namesIn = (fs: Fs, recursive?: boolean) =>
    Program.runSync(fs.readDirectoryEntries("/d", recursive)).map(({ name }) => name).toSorted()

  it("is of one directory, unless those below it are wanted", () => {
    const fs = FileSystem.make(operations, options)
    expect([namesIn(fs), namesIn(fs, true)]).toEqual([["e", "l", "x"], ["e", "e/f", "l", "x"]])
    expect(Program.runSync(fs.readDirectory("/d", true)).toSorted()).toEqual(["e", "e/f", "l", "x"])
  })

  it("needs no lookup of what is not a directory, so that a file may disappear meanwhile", () => {
    const child: typeof operations.child = (directory, name) =>
      name === "e" ? operations.child(directory, name) : expect.unreachable()
    expect(namesIn(FileSystem.make({ ...operations, child }, options), true)).toEqual(["e", "e/f", "l", "x"])
  })

  it("has a directory that disappears before it is entered, and what is in the others", () => {
    const { operations } = built({ "/d/a/f": "", "/d/b/f": "", "/d/c/f": "" })
    const child: typeof operations.child = (directory, name) => {
      if (name === "b") throw Errno.make("ENOENT")
      return operations.child(directory, name)
    }
    const lookedAt: Array<string> = []
    const getattr: typeof operations.getattr = (node) => {
      lookedAt.push(node.name)
      return operations.getattr(node)
    }
    const fs = FileSystem.make({ ...operations, child, getattr }, options)
    expect(namesIn(fs, true)).toEqual(["a", "a/f", "b", "c", "c/f"])
    expect(lookedAt.toSorted()).toEqual(["a", "c"])
  })

  it("needs permission to search a directory only if others are in it", () => {
    const tree = {
      "/files/f": "",
      "/files": MemoryTree.directory({ mode: 0o444 }),
      "/more/d/f": "",
      "/more": MemoryTree.directory({ mode: 0o444 })
    }
    const fs = FileSystem.make(built(tree, { uid: 7, gid: 7 }).operations, options)
    expect(Program.runSync(fs.readDirectory("/files", true))).toEqual(["f"])
    const error = expect.objectContaining({ code: "EACCES", paths: ["/more/d"] })
    expect(() => Program.runSync(fs.readDirectory("/more", true))).toThrow(error)
  })

  it("fails with the path of the directory that cannot be listed", () => {
    const closed = { "/d/a/b/c": "", "/d/a/b": MemoryTree.directory({ mode: 0o300 }) }
    const user = { uid: 7, gid: 7 }
    const fs = FileSystem.make(built(closed, user).operations, options)
    for (const [path, expected] of [["/d", "/d/a/b"], ["/", "/d/a/b"], ["d/a//", "d/a/b"]] as const) {
      const error = expect.objectContaining({ code: "EACCES", syscall: "scandir", paths: [expected] })
      expect(() => Program.runSync(fs.readDirectory(path, true))).toThrow(error)
      expect(() => Program.runSync(fs.readDirectoryEntries(path, true))).toThrow(error)
    }
    const error = expect.objectContaining({ code: "EACCES", syscall: "scandir", paths: ["/d/a/b/"] })
    expect(() => Program.runSync(fs.readDirectory("/d/a/b/", true))).toThrow(error)
  })

  it("has types and what is below directories even where the file system lists not all types", () => {
    const untyped = (names: ReadonlyArray<string>): typeof operations.readEntries => (directory) =>
      Program.map(
        operations.readEntries(directory),
        (entries) => entries.map(({ name, type }) => ({ name, type: names.includes(name) ? "Unknown" : type }))
      )
    const readEntries = untyped(["e", "f", "l", "x"])
    const typesIn = (change: Partial<typeof operations>, recursive: boolean) =>
      Program.runSync(FileSystem.make({ ...operations, ...change }, options).readDirectoryEntries("/d", recursive))
    for (const recursive of [false, true]) {
      expect(typesIn({ readEntries }, recursive)).toEqual(typesIn({}, recursive))
      expect(typesIn({ readEntries: untyped(["e"]) }, recursive)).toEqual(typesIn({}, recursive))
      const disappeared = typesIn({ readEntries, peek: () => undefined }, recursive)
      expect(disappeared.map(({ type }) => type)).toEqual(["Unknown", "Unknown", "Unknown"])
    }
  })
})
