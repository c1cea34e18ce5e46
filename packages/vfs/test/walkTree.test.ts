/** Reads directories and trees in parts: in which order, with which limits, and what stays open. */
import { Errno, FileSystem, type MemoryTree, Program } from "@procfsroot/vfs"
import type { EntryReader, TreeEntry, WalkTreeOptions } from "@procfsroot/vfs/RootDirectory"
import { describe, expect, it } from "vitest"
import { fail } from "../src/internal/errno.js"
import { options } from "./failing.js"
import { built, type Handle, Held, nothing, type Operations } from "./handles.js"

const { runSync } = Program

type Change = (operations: Operations<Handle>) => Partial<Operations<Handle>>

const opened = (tree: MemoryTree.Tree, change: Change = () => ({})) => {
  const held = new Held(built(tree), "name", () => {})
  const operations = { ...held.operations, ...change(held.operations) }
  return { held, root: FileSystem.make(operations, options).rootDirectory }
}

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (thrown) {
    if (Errno.isErrno(thrown)) return `${thrown.syscall} ${thrown.code} ${thrown.paths}`
    throw thrown
  }
  return "ok"
}

const all = <A>(reader: EntryReader<A>): ReadonlyArray<A> => {
  const found: Array<A> = []
  for (let part = runSync(reader.next()); part.length > 0; part = runSync(reader.next())) found.push(...part)
  return found
}

const tree = { "/top/b/c/d": "", "/top/a": "", "/top/b/x": "", "/top/€": "", "/top/\udcff": "", "/top/B": "" }

const walked = (options?: WalkTreeOptions, change?: Change, path = "/top") => {
  const { held, root } = opened(tree, change)
  const reader = root.walkTree(path, options)
  const entries = all(reader)
  runSync(reader.close())
  expect(held.left).toEqual(nothing)
  return entries.map(({ depth, path, type, unreadable }: TreeEntry) =>
    [path, type, depth, ...(unreadable === undefined ? [] : [unreadable])].join(" ")
  )
}

/** Changes the types of some names, as on a file system that does not report types. */
const typed = (names: Readonly<Record<string, "Unknown" | "Directory">>): Change => ({ readEntries }) => ({
  readEntries: (directory, room) =>
    Program.map(
      readEntries(directory, room),
      (entries) => entries.map((entry) => ({ ...entry, type: names[entry.name] ?? entry.type }))
    )
})

const failing = (name: string, code: Errno.Code): Change => ({ child }) => ({
  child: (directory, asked) => {
    if (asked === name) fail(code)
    return child(directory, asked)
  }
})

describe("walkTree", () => {
  it("reports a directory before its entries, in the order of their bytes", () => {
    expect(walked()).toEqual([
      "B File 1",
      "a File 1",
      "b Directory 1",
      "b/c Directory 2",
      "b/c/d File 3",
      "b/x File 2",
      "€ File 1",
      "\udcff File 1"
    ])
  })

  it("sorts what the file system has not sorted", () => {
    const reversed: Change = ({ readEntries }) => ({
      readEntries: (directory, room) => Program.map(readEntries(directory, room), (entries) => entries.toReversed())
    })
    expect(walked({}, reversed)).toEqual(walked())
  })

  it("does not enter what `enter` refuses", () => {
    const asked: Array<string> = []
    const enter = ({ path }: TreeEntry) => asked.push(path) > 1
    expect(walked({ enter })).toEqual(["B File 1", "a File 1", "b Directory 1", "€ File 1", "\udcff File 1"])
    expect(asked).toEqual(["b"])
  })

  it("remembers no more entries than allowed, counting each directory until it is left", () => {
    expect(walked({ maxRemembered: 8 })).toEqual(walked())
    expect(walked({ maxRemembered: 7 })).toEqual(
      walked().flatMap((line) => line === "b/c/d File 3" ? [] : [line.replace("b/c Directory 2", "$& EOVERFLOW")])
    )
    const { held, root } = opened(tree)
    expect(codeOf(() => all(root.walkTree("/top", { maxRemembered: 4 })))).toBe("scandir EOVERFLOW /top")
    expect(held.left).toEqual(nothing)
    const answers = [4, NaN]
    const changing = {
      get maxRemembered() {
        return answers.shift()
      }
    }
    expect(codeOf(() => all(root.walkTree("/top", changing)))).toBe("scandir EOVERFLOW /top")
    for (const maxRemembered of [-1, 1.5, 2 ** 53]) {
      const message =
        `The value of "maxRemembered" must be a whole number of at least 0 or Infinity, not ${maxRemembered}`
      expect(() => root.walkTree("/top", { maxRemembered }))
        .toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE", message }))
    }
    const wide = { "/a/1": "", "/a/2": "", "/b/1": "", "/b/2": "" }
    expect(all(opened(wide).root.walkTree("/", { maxRemembered: 4 }))).toHaveLength(6)
  })

  it("looks at names of unknown type", () => {
    expect(walked({}, typed({ b: "Unknown", a: "Unknown", c: "Unknown" }))).toEqual(walked())
  })

  it("asks `enter` about directories whose type is not listed, and about nothing else", () => {
    const asked: Array<string> = []
    const enter = ({ path, type }: TreeEntry) => asked.push(`${path} ${type}`) > 1
    const unlisted = typed({ a: "Unknown", b: "Unknown" })
    expect(walked({ enter }, unlisted)).toEqual(["B File 1", "a File 1", "b Directory 1", "€ File 1", "\udcff File 1"])
    expect(asked).toEqual(["b Directory"])
  })

  it("says why a name of unknown type cannot be looked at, or cannot be listed", () => {
    const change: Change = (operations) => ({
      ...typed({ a: "Unknown", b: "Unknown" })(operations),
      ...failing("b", "EACCES")(operations)
    })
    expect(walked({}, change).slice(1, 3)).toEqual(["a File 1", "b Unknown 1 EACCES"])
    let count = 0
    const once: Change = (operations) => {
      const { readEntries = operations.readEntries } = typed({ b: "Unknown" })(operations)
      return { readEntries: (directory, room) => count++ === 0 ? readEntries(directory, room) : fail("EACCES") }
    }
    expect(walked({}, once)).toContain("b Directory 1 EACCES")
  })

  it("keeps nothing of directories that cannot be read", () => {
    const names = Array.from({ length: 100 }, (_, i) => `/top/${i}/f`)
    const { held, root } = opened(Object.fromEntries(names.map((name) => [name, ""])), ({ readEntries }) => {
      let count = 0
      return { readEntries: (directory, room) => count++ === 0 ? readEntries(directory, room) : fail("EACCES") }
    })
    expect(all(root.walkTree("/top"))).toHaveLength(100)
    expect(held.most).toBeLessThan(5)
  })

  it("reports directories that cannot be read, and goes on", () => {
    expect(walked({}, failing("b", "EACCES"))).toEqual([
      "B File 1",
      "a File 1",
      "b Directory 1 EACCES",
      "€ File 1",
      "\udcff File 1"
    ])
    expect(walked({}, typed({ a: "Directory" }))).toContain(
      "a Directory 1 ENOTDIR"
    )
  })

  it.each(["EBADF", "EMFILE", "ENFILE", "ENOMEM"] as const)(
    "ends with %s, after which nothing could be read",
    (code) => {
      const { held, root } = opened(tree, failing("c", code))
      const reader = root.walkTree("/top")
      expect(codeOf(() => all(reader))).toBe(`scandir ${code} /top`)
      expect(held.left).toEqual(nothing)
      expect(codeOf(() => runSync(reader.next()))).toBe("scandir EBADF /top")
    }
  )

  it("has parts of at most 256 entries", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`/${1000 + i}`, ""]))
    const reader = opened(many).root.walkTree("/")
    const sizes = [1, 2, 3].map(() => runSync(reader.next()).length)
    expect(sizes).toEqual([256, 44, 0])
  })

  it("begins with a path that exists", () => {
    const { held, root } = opened(tree)
    expect(codeOf(() => root.walkTree("/none"))).toBe("scandir ENOENT /none")
    expect(codeOf(() => all(root.walkTree("/top/a")))).toBe("scandir ENOTDIR /top/a")
    expect(held.left).toEqual(nothing)
  })
})

describe("readEntries", () => {
  it("keeps the root open until it is closed, and then fails with EBADF", () => {
    const { held, root } = opened({ "/d/a": "", "/d/b/c": "" })
    const reader = root.readEntries("/d")
    expect(held.left).toEqual({ ...nothing, handles: 1, retained: 1 })
    expect(all(reader)).toEqual([{ name: "a", type: "File" }, { name: "b", type: "Directory" }])
    runSync(reader.close())
    runSync(reader.close())
    expect(held.left).toEqual(nothing)
    expect(codeOf(() => runSync(reader.next()))).toBe("scandir EBADF /d")
  })

  it("is closed when a read fails", () => {
    const { held, root } = opened({ "/d/a": "" }, ({ openDirectory }) => ({
      openDirectory: (directory) => ({
        ...openDirectory(directory),
        read: () => fail("EIO")
      })
    }))
    const reader = root.readEntries("/d")
    expect(codeOf(() => runSync(reader.next()))).toBe("scandir EIO /d")
    expect(held.left).toEqual(nothing)
  })

  it("fails if the root is closed", () => {
    const { root } = opened(tree, () => ({ retain: () => fail("EBADF") }))
    expect(codeOf(() => root.readEntries("/top"))).toBe("scandir EBADF /top")
  })

  it("releases everything even if its close fails", () => {
    const { held, root } = opened(tree, ({ openDirectory }) => ({
      openDirectory: (directory) => ({ ...openDirectory(directory), close: () => fail("EIO") })
    }))
    const reader = root.readEntries("/top")
    expect(codeOf(() => runSync(reader.close()))).toBe("undefined EIO ")
    expect(held.left).toEqual(nothing)
  })

  it("refuses a NUL before anything is opened", () => {
    const { held, root } = opened({})
    expect(() => root.readEntries("/\0")).toThrow(
      expect.objectContaining({ message: "The argument must be a string without null bytes, not \"/\\u0000\"" })
    )
    expect(held.left).toEqual(nothing)
  })
})
