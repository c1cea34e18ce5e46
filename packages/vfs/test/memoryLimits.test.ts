/** Tests how much space files, links and names take on a disk of limited size. The rules are those of tmpfs. */
import type { Limits } from "@procfsroot/vfs/MemoryLimits"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { codeOf } from "./failing.js"
import { memoryOf } from "./memory.js"

const { runSync } = Program

const BLOCK = 4096

const limited = (limits: Limits, tree: MemoryTree.Tree = { "/d": MemoryTree.directory() }) => {
  const memory = memoryOf(tree, { limits })
  const { fileSystem: fs } = memory
  const statfs = () => fs.rootDirectory.statfs("/")
  return {
    memory,
    fs,
    /** The number of free blocks. */
    blocks: () => Number(statfs().freeBlocks),
    inodes: () => Number(statfs().freeInodes),
    /** Opens a file that has no content yet. The functions take numbers of bytes, except for `write` in one call. */
    file: (path = "/file") => {
      const file = Program.valueOf(fs.open(path, "w+", 0o600))
      return {
        /** Returns how many bytes were written, or an errno. */
        write: (at: number, length: number): number | string => {
          let written: number | undefined
          const code = codeOf(() => written = runSync(file.write(new Uint8Array(length).fill(1), BigInt(at))))
          return written ?? code
        },
        truncate: (size: number) => codeOf(() => runSync(file.truncate(size))),
        size: () => Number(fs.stat(path).size),
        close: () => runSync(file.close())
      }
    },
    remove: (path: string) => runSync(fs.remove(path, { recursive: true }))
  }
}

const blocks = (count: number): Limits => ({ freeBytes: count * BLOCK })

it("a limit or a setting that does not exist is refused, and not left out", () => {
  const options = (text: string): MemoryTree.Options => JSON.parse(text)
  const made = (text: string) => () => memoryOf({}, options(text))
  expect(made(`{ "limits": { "readOnly": "yes" } }`)).toThrow("readOnly must be true or false, not \"yes\"")
  expect(made(`{ "protection": { "symlink": 1 } }`)).toThrow("protected has no field \"symlink\"; it may have symlinks")
  expect(made(`{ "protection": { "fifos": "2" } }`)).toThrow(
    "fifos is \"2\", but it must be a whole number from 0 to 2"
  )
})

it("limits, settings and users can inherit their fields", () => {
  const options = MemoryTree.ownOptions({
    limits: Object.create({ readOnly: true }),
    protected: Object.create({ symlinks: 1 }),
    user: Object.create({ uid: 1, gid: 2, umask: 0o77 })
  })
  expect(options).toMatchObject({ protected: { symlinks: 1 }, user: { uid: 1, gid: 2, umask: 0o77 } })
  for (const limits of [options.limits, Object.create({ readOnly: true })]) {
    expect(codeOf(() => limited(limits).fs.mkdir("/new", 0o777))).toBe("EROFS")
  }
})

describe("the space of a file", () => {
  it("is taken in blocks", () => {
    const { blocks: free, file } = limited(blocks(3))
    const { size, write } = file()
    expect(free()).toBe(3)
    expect([write(0, 1), free()]).toEqual([1, 2])
    expect([write(1, BLOCK - 1), free()]).toEqual([BLOCK - 1, 2])
    expect([write(BLOCK, 1), free()]).toEqual([1, 1])
    expect([write(100, 2 * BLOCK), free(), size()]).toEqual([2 * BLOCK, 0, 2 * BLOCK + 100])
  })

  it("that is not left is not written", () => {
    const { blocks: free, file } = limited(blocks(2))
    const { size, write } = file()
    expect([write(100, 3 * BLOCK), free(), size()]).toEqual([2 * BLOCK - 100, 0, 2 * BLOCK])
    expect([write(2 * BLOCK, 1), size()]).toEqual(["ENOSPC", 2 * BLOCK])
    expect([write(5 * BLOCK, 1), size()]).toEqual(["ENOSPC", 2 * BLOCK])
    expect([write(0, 2 * BLOCK), free()]).toEqual([2 * BLOCK, 0])
  })

  it("is less than that of a whole number of blocks if the limit is", () => {
    expect([0, 1, BLOCK, BLOCK + 1].map((freeBytes) => limited({ freeBytes }).blocks())).toEqual([0, 1, 1, 2])
  })

  it("is not taken by holes until they are written", () => {
    const { blocks: free, file } = limited(blocks(2))
    const { size, write } = file()
    expect([write(2 * BLOCK, 1), free(), size()]).toEqual([1, 1, 2 * BLOCK + 1])
    expect([write(BLOCK, 1), free()]).toEqual([1, 0])
    expect([write(0, 1), free()]).toEqual(["ENOSPC", 0])
    expect([write(BLOCK, BLOCK), free()]).toEqual([BLOCK, 0])
    // What comes before the hole is written.
    expect(write(BLOCK, 3 * BLOCK)).toBe(2 * BLOCK)
  })

  it("is not taken by making it longer, and is given back by making it shorter", () => {
    const { blocks: free, file } = limited(blocks(3))
    const { size, truncate, write } = file()
    expect([truncate(4 * BLOCK), free(), size()]).toEqual(["ok", 3, 4 * BLOCK])
    expect([write(3 * BLOCK, 1), write(BLOCK, 1), free()]).toEqual([1, 1, 1])
    expect([truncate(3 * BLOCK + 1), free()]).toEqual(["ok", 1])
    expect([truncate(3 * BLOCK), free()]).toEqual(["ok", 2])
    expect([truncate(BLOCK + 1), free()]).toEqual(["ok", 2])
    expect([truncate(BLOCK), free()]).toEqual(["ok", 3])
    expect([truncate(2 * BLOCK), write(BLOCK, 1), free()]).toEqual(["ok", 1, 2])
    expect([truncate(0), free()]).toEqual(["ok", 3])
  })

  it("after a gap is that of what is written", () => {
    const { blocks: free, file } = limited(blocks(3))
    const { truncate, write } = file()
    expect([write(0, 1), write(3 * BLOCK, BLOCK + 1), free()]).toEqual([1, BLOCK + 1, 0])
    expect([write(BLOCK, 1), truncate(2 * BLOCK), free()]).toEqual(["ENOSPC", "ok", 2])
  })

  it("is that of one file, whatever happens to another", () => {
    const { blocks: free, file, remove } = limited(blocks(3))
    const [first, second] = [file("/first"), file("/second")]
    expect([first.write(BLOCK, 1), second.write(0, 1), second.write(BLOCK, 1), free()]).toEqual([1, 1, 1, 0])
    first.close()
    remove("/first")
    expect(free()).toBe(1)
    second.close()
    remove("/second")
    expect(free()).toBe(3)
  })

  it("that existed before the limit counts as taken, except for holes", () => {
    const tree = { "/two": "a".repeat(BLOCK + 1), "/d/same": MemoryTree.hardLink("/two"), "/empty": "" }
    const { blocks: free, file, fs, memory, remove } = limited(blocks(1), tree)
    expect(fs.rootDirectory.statfs("/")).toMatchObject({ blocks: 3n, freeBlocks: 1n, availableBlocks: 1n })
    remove("/two")
    expect(free()).toBe(1)
    remove("/d/same")
    expect(free()).toBe(3)
    memory.limit({})
    const { close, truncate, write } = file("/empty")
    expect([truncate(5 * BLOCK), write(BLOCK, 2 * BLOCK)]).toEqual(["ok", 2 * BLOCK])
    memory.limit(blocks(1))
    expect(fs.rootDirectory.statfs("/")).toMatchObject({ blocks: 3n, freeBlocks: 1n })
    expect([write(0, 2 * BLOCK), free(), write(4 * BLOCK, 1)]).toEqual([2 * BLOCK, 0, "ENOSPC"])
    expect([truncate(BLOCK), free(), truncate(9 * BLOCK), free()]).toEqual(["ok", 2, "ok", 2])
    remove("/empty")
    expect(free()).toBe(2)
    close()
    expect(free()).toBe(3)
  })
})

describe("the space of a link", () => {
  it("is one block if its target has at least 128 bytes", () => {
    const { blocks: free, fs, remove } = limited(blocks(1))
    fs.symlink("t".repeat(127), "/short")
    expect(free()).toBe(1)
    fs.symlink("é".repeat(64), "/long")
    expect(free()).toBe(0)
    expect(codeOf(() => fs.symlink("t".repeat(128), "/other"))).toBe("ENOSPC")
    fs.symlink("t".repeat(127), "/other")
    remove("/short")
    expect(free()).toBe(0)
    remove("/long")
    expect(free()).toBe(1)
  })

  it("that existed before counts as taken", () => {
    const tree = { "/short": MemoryTree.link("t".repeat(127)), "/long": MemoryTree.link("t".repeat(128)) }
    const { blocks: free, fs, remove } = limited(blocks(1), tree)
    expect(fs.rootDirectory.statfs("/").blocks).toBe(2n)
    remove("/short")
    remove("/long")
    expect(free()).toBe(2)
  })
})

describe("the number of names", () => {
  it("is limited, with each hard link", () => {
    const { fs, inodes, remove } = limited({ freeInodes: 4 })
    fs.mkdir("/d/e", 0o700)
    fs.symlink("target", "/l")
    fs.open("/f", "w", 0o600)
    expect(inodes()).toBe(1)
    fs.link("/l", "/d/m")
    expect(inodes()).toBe(0)
    const creations = [
      () => fs.mkdir("/x", 0o700),
      () => fs.symlink("target", "/x"),
      () => fs.open("/x", "w", 0o600),
      () => fs.link("/l", "/x"),
      () => fs.rootDirectory.makeNode("/x", { type: "FIFO" }, 0o600)
    ]
    for (const create of creations) expect(codeOf(create)).toBe("ENOSPC")
    remove("/d/m")
    expect(inodes()).toBe(1)
    remove("/l")
    remove("/d/e")
    expect(inodes()).toBe(3)
    fs.link("/f", "/d/g")
    fs.rename("/d/g", "/h")
    expect(inodes()).toBe(2)
  })

  it("counts what existed before, with the root", () => {
    const tree = { "/d/f": "", "/d/g": MemoryTree.hardLink("/d/f"), "/m": MemoryTree.mount(), "/m/x": "" }
    const { fs } = limited({ freeInodes: 10 }, tree)
    // The root, /d, the two names in it, and the directory under the mount.
    expect(fs.rootDirectory.statfs("/")).toMatchObject({ inodes: 15n, freeInodes: 10n })
  })

  it("includes extended attributes that existed before the limit", () => {
    const { fs, inodes, memory } = limited({})
    const { rootDirectory } = fs
    rootDirectory.setExtendedAttribute("/", "user.a", new Uint8Array(2_000))
    rootDirectory.setExtendedAttribute("/d", "user.a", new Uint8Array(1_000))
    memory.limit({ freeInodes: 1 })
    expect(rootDirectory.statfs("/").inodes).toBe(7n)
    rootDirectory.removeExtendedAttribute("/", "user.a")
    rootDirectory.removeExtendedAttribute("/d", "user.a")
    expect(inodes()).toBe(4)
  })

  it("is given back by a rename over a file", () => {
    const { fs, inodes } = limited({ freeInodes: 4 }, { "/a": "", "/b": "", "/c": MemoryTree.hardLink("/b") })
    fs.rename("/a", "/b")
    expect(inodes()).toBe(5)
    fs.rename("/b", "/c")
    expect(inodes()).toBe(6)
  })
})

describe("a mount", () => {
  it("has a disk without limits", () => {
    const tree = { "/m": MemoryTree.mount(), "/m/f": "text" }
    const { blocks: free, fs, inodes } = limited({ freeBytes: 0, freeInodes: 0, nameBytes: 3, readOnly: true }, tree)
    runSync(fs.writeFile("/m/longer name", new Uint8Array(9_000), "w", 0o600))
    fs.mkdir("/m/d", 0o700)
    runSync(fs.remove("/m/f"))
    expect([free(), inodes()]).toEqual([0, 0])
    expect(fs.rootDirectory.statfs("/m")).toMatchObject({ blocks: 0n, inodes: 0n, freeInodes: 0n })
  })
})

describe("open files", () => {
  it("are limited for each user", () => {
    const { fs, memory } = limited({ openFiles: 2 }, { "/": MemoryTree.directory({ mode: 0o777 }), "/a": "", "/b": "" })
    const other = memory.asUser({ uid: 1, gid: 1 }).fileSystem
    const first = Program.valueOf(fs.open("/a", "r", 0))
    fs.open("/b", "r", 0)
    for (const flag of ["r", "w"] as const) expect(codeOf(() => fs.open("/missing", flag, 0o600))).toBe("EMFILE")
    expect(codeOf(() => runSync(fs.readDirectory("/", false)))).toBe("EMFILE")
    expect(codeOf(() => other.open("/a", "r", 0))).toBe("ok")
    runSync(first.close())
    expect(codeOf(() => fs.open("/a", "r", 0))).toBe("ok")
    expect(codeOf(() => fs.open("/a", "r", 0))).toBe("EMFILE")
  })

  it("are counted before a path is looked up, by all operations that open it", () => {
    const codes = (openFiles: number, path: string) => {
      const { fs } = limited({ openFiles })
      const { rootDirectory } = fs
      return [
        () => fs.open(path, "r", 0),
        () => runSync(fs.readFile(path)),
        () => runSync(fs.readDirectory(path, false)),
        () => runSync(fs.readDirectoryEntries(path, true)),
        () => runSync(fs.copyFile(path, "/new")),
        () => rootDirectory.readEntries(path),
        () => rootDirectory.walkTree(path),
        () => runSync(rootDirectory.readFileBounded(path, 1))
      ].map(codeOf)
    }
    const all = (code: string) => Array.from({ length: 8 }, () => code)
    expect(codes(0, "/missing")).toEqual(all("EMFILE"))
    expect(codes(0, "")).toEqual(all("ENOENT"))
    expect(codes(9, "/missing")).toEqual(all("ENOENT"))
  })
})

describe("names and paths", () => {
  it("can have shorter limits", () => {
    const { fs } = limited({ nameBytes: 3, pathBytes: 7 })
    const mkdir = (path: string) => codeOf(() => fs.mkdir(path, 0o700))
    expect([mkdir("/abc"), mkdir("/abcd"), mkdir("/é"), mkdir("/éé")]).toEqual([
      "ok",
      "ENAMETOOLONG",
      "ok",
      "ENAMETOOLONG"
    ])
    expect([mkdir("/abc/de"), mkdir("/abc/def")]).toEqual(["ok", "ENAMETOOLONG"])
  })
})

describe("limits", () => {
  it("are refused if they are unknown, not whole, or larger than those of Linux", () => {
    const why = (limits: object): string => {
      try {
        limited(limits)
        return "ok"
      } catch (error) {
        return String(error)
      }
    }
    expect(why({ bytes: 1 })).toBe(
      "TypeError: a limit has no field \"bytes\"; it may have freeBytes, freeInodes, nameBytes, openFiles, pathBytes, readOnly"
    )
    for (const name of ["freeBytes", "freeInodes", "openFiles"]) {
      expect(why({ [name]: Number.MAX_SAFE_INTEGER })).toBe("ok")
      for (const value of [-1, 0.5, 2 ** 53]) {
        expect(why({ [name]: value })).toBe(`TypeError: ${name} is ${value}, but it must be a whole number from 0`)
      }
    }
    expect([why({ nameBytes: 255, pathBytes: 4095, readOnly: true }), why({ nameBytes: 0, freeBytes: undefined })])
      .toEqual(["ok", "ok"])
    expect(why({ nameBytes: 256 })).toBe("TypeError: nameBytes is 256, but it must be a whole number from 0 to 255")
    expect(why({ pathBytes: 4096 })).toBe("TypeError: pathBytes is 4096, but it must be a whole number from 0 to 4095")
  })
})
