/** Tests what open files of a tree in memory refuse, and what they read, write and cut off. */
import type { OpenFlags } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it, vi } from "vitest"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { flagsOf } from "../src/internal/openFlags.js"
import { codeOf, thrownBy } from "./failing.js"
import { built } from "./handles.js"
import { memoryOf } from "./memory.js"

const tree: MemoryTree.Tree = {
  "/file": "0123456789",
  "/d/f": "",
  "/fifo": MemoryTree.fifo(),
  "/socket": MemoryTree.socket(),
  "/device": MemoryTree.device("CharacterDevice", 1, 3),
  "/closed": MemoryTree.file("secret", { mode: 0o600 })
}

const scene = (user?: MemoryTree.User, files = tree) => {
  const { operations, root } = built(files, user)
  const open = (path: string, flag: OpenFlags | Parameters<typeof flagsOf>[0]): OpenNode =>
    Program.valueOf(operations.openInode(operations.child(root, path.slice(1)), flagsOf(flag)))
  return { operations, root, open, files: operations.files }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

/** The largest file of ext4, in bytes. */
const LARGEST = 2 ** 44 - 4_096

describe("opening", () => {
  it("a directory works only for reading", () => {
    const { open } = scene()
    expect(open("/d", "r").node.opens).toBe(1)
    for (const flag of ["r+", "w", "a"] as const) expect(codeOf(() => open("/d", flag))).toBe("EISDIR")
  })

  it("a socket or a device works only with O_PATH", () => {
    const { open } = scene()
    for (const path of ["/socket", "/device"]) {
      for (const flag of ["r", "r+", "w"] as const) expect(codeOf(() => open(path, flag))).toBe("ENXIO")
      expect(open(path, "path").node.opens).toBe(1)
    }
    expect(open("/fifo", "w").node.opens).toBe(1)
  })

  it("needs permission, except with O_PATH", () => {
    const { open } = scene({ uid: 5, gid: 5 })
    for (const flag of ["r", "w"] as const) expect(codeOf(() => open("/closed", flag))).toBe("EACCES")
    expect(open("/closed", "path").node.opens).toBe(1)
    expect(open("/file", "r").node.opens).toBe(1)
  })

  it("truncates only files that may be written to, even if it opens them only for reading", () => {
    const cut = { ...flagsOf("r"), truncate: true }
    const { open } = scene({ uid: 5, gid: 5 })
    expect([codeOf(() => open("/file", cut)), codeOf(() => open("/d", cut))]).toEqual(["EACCES", "EISDIR"])
    expect(scene().open("/file", cut).node).toMatchObject({ size: 0 })
  })

  it("gives the lowest number that is free, from 3 on", () => {
    const { files, open } = scene()
    const opened = ["/file", "/d", "/file"].map((path) => open(path, "r"))
    expect(opened.map(({ descriptor }) => descriptor)).toEqual([3, 4, 5])
    for (const file of opened.slice(0, 2)) Program.valueOf(files.close(file, false))
    const again = ["/d", "/d", "/d"].map((path) => open(path, "r"))
    expect(again.map(({ descriptor }) => descriptor)).toEqual([3, 4, 6])
  })

  it("does not try the numbers that are in use again for each file", () => {
    const { open } = scene()
    const has = vi.spyOn(Set.prototype, "has")
    try {
      for (let number = 0; number < 1_000; number++) open("/file", "path")
      expect(has.mock.calls.length).toBeLessThan(10_000)
    } finally {
      has.mockRestore()
    }
  })

  it("a new name with a slash after it fails, since that would be a directory", () => {
    const { operations, root } = scene()
    const create = (slash: boolean) =>
      codeOf(() => operations.create({ directory: root, name: "new", slash }, flagsOf("w"), 0o600))
    expect([create(true), create(false), create(false)]).toEqual(["EISDIR", "ok", "EEXIST"])
  })

  it("empties a file only if it is to be emptied", () => {
    const { open } = scene()
    const sizes = (["r+", "a", "w"] as const).map((flag) => {
      const { node } = open("/file", flag)
      return node._tag === "File" ? node.size : undefined
    })
    expect(sizes).toEqual([10, 10, 0])
  })
})

describe("an open file", () => {
  it("can only be read or written as it was opened", () => {
    const { files, open } = scene()
    const [reading, writing] = [open("/file", "r"), open("/file", "w")]
    expect(codeOf(() => files.write(reading, bytes("a"), 0))).toBe("EBADF")
    expect(codeOf(() => files.write(reading, bytes(""), 0))).toBe("EBADF")
    expect(codeOf(() => files.truncate(reading, 1))).toBe("EINVAL")
    expect(codeOf(() => files.read(writing, new Uint8Array(1), 0))).toBe("EBADF")
    expect(Program.valueOf(files.write(writing, bytes(""), 0))).toBe(0)
  })

  it("moves its position only if the call has none", () => {
    const { files, open } = scene()
    const file = open("/file", "r+")
    const read = (position?: number) => {
      const buffer = new Uint8Array(2)
      return text(buffer.subarray(0, Program.valueOf(files.read(file, buffer, position))))
    }
    expect([read(), read(6), read()]).toEqual(["01", "67", "23"])
    files.write(file, bytes("ab"), 8)
    files.write(file, bytes("cd"), undefined)
    expect([read(), read(8), read(4), file.position]).toEqual(["67", "ab", "cd", 8])
  })

  it("has no negative size after it was cut off", () => {
    const { files, open } = scene()
    const file = open("/file", "r+")
    expect(files.getattrExact(file).size).toBe(10n)
    files.truncate(file, -1)
    expect(files.getattr(file).size).toBe(0)
  })

  it("is full if its content does not fit into memory", () => {
    const { files, open } = scene()
    const file = open("/file", "r+")
    expect(codeOf(() => files.write(file, bytes("a"), LARGEST - 1))).toBe("ENOSPC")
    expect(codeOf(() => files.truncate(file, LARGEST))).toBe("ENOSPC")
    expect(files.getattr(file)).toMatchObject({ size: 10, blocks: 8 })
  })

  it("is too large beyond the limit of ext4, whether there is memory or not", () => {
    const { files, open } = scene()
    const [file, unreadable] = [open("/file", "r+"), open("/file", "r")]
    const { mtimeMs } = files.getattr(file)
    for (const at of [LARGEST, 2 ** 45, Number.MAX_SAFE_INTEGER]) {
      expect(codeOf(() => files.write(file, bytes("a"), at))).toBe("EFBIG")
      expect(codeOf(() => files.truncate(file, at + 1))).toBe("EFBIG")
      expect(codeOf(() => files.write(unreadable, bytes("a"), at))).toBe("EBADF")
      expect(files.write(file, bytes(""), at)).toBe(0)
    }
    expect(files.getattr(file)).toMatchObject({ size: 10, blocks: 8, mtimeMs })
  })
})

describe("an open directory", () => {
  it("cannot be read as a file, nor cut off, but it can be synced", () => {
    const { files, open, operations, root } = scene()
    const directory = open("/d", "r")
    expect(codeOf(() => files.read(directory, new Uint8Array(1), undefined))).toBe("EISDIR")
    expect(codeOf(() => files.truncate(directory, 0))).toBe("EINVAL")
    expect(files.sync(directory)).toBeUndefined()
    const refused = thrownBy(() => operations.contents?.(operations.child(root, "d")))
    expect(refused).toMatchObject({ code: "EISDIR", syscall: "read", paths: [] })
  })
})

describe("an open fifo", () => {
  /** Whether something waits until it is given up. */
  const waits = (now: Program.Now<unknown>): boolean => {
    if (!Program.isCall(now)) return false
    const running = Program.start(now[Symbol.iterator](), { isDue: () => false, wait: () => () => {} })
    let exit: unknown
    running.onExit((result) => exit = result)
    const isWaiting = exit === undefined
    running.interrupt()
    return isWaiting && exit === "Interrupted"
  }

  it("never has data to read, and accepts all that is written", () => {
    const { files, open, operations, root } = scene()
    const fifo = open("/fifo", "r+")
    expect(waits(files.read(fifo, new Uint8Array(1), undefined))).toBe(true)
    expect(waits(operations.contents?.(operations.child(root, "fifo")))).toBe(true)
    expect(files.write(fifo, bytes("text"), undefined)).toBe(4)
    expect(files.getattr(fifo).size).toBe(0)
  })

  it("has no position, cannot be cut off, and cannot be synced", () => {
    const { files, open } = scene()
    const fifo = open("/fifo", "r+")
    expect(codeOf(() => files.read(fifo, new Uint8Array(1), 0))).toBe("ESPIPE")
    expect(codeOf(() => files.write(fifo, bytes("a"), 0))).toBe("ESPIPE")
    expect(codeOf(() => files.truncate(fifo, 0))).toBe("EINVAL")
    expect(codeOf(() => files.sync(fifo))).toBe("EINVAL")
  })
})

describe("a file whose content is read later", () => {
  const lazy = () => {
    const calls: Array<string> = []
    const read = () => {
      calls.push("read")
      return bytes("longer than it said")
    }
    return { calls, ...scene(undefined, { "/file": MemoryTree.lazyFile(10, read) }) }
  }

  it("is not read if it is emptied", () => {
    const { calls, files, open } = lazy()
    files.truncate(open("/file", "r+"), 0)
    open("/file", "w")
    expect(calls).toEqual([])
  })

  it("is read before it is written to or cut off", () => {
    for (const change of ["write", "truncate"] as const) {
      const { calls, files, open } = lazy()
      const file = open("/file", "r+")
      if (change === "write") files.write(file, bytes("L"), 0)
      else files.truncate(file, 6)
      expect(calls).toEqual(["read"])
      const buffer = new Uint8Array(6)
      expect(Program.valueOf(files.read(file, buffer, 0))).toBe(6)
      expect(text(buffer)).toBe(change === "write" ? "Longer" : "longer")
    }
  })
})

describe("a disk with limited space", () => {
  const limited = (files: MemoryTree.Tree) => {
    const { fileSystem } = memoryOf(files, { limits: { freeBytes: 4_096, freeInodes: 10 } })
    const free = () => {
      const { freeBlocks, freeInodes } = fileSystem.rootDirectory.statfs("/")
      return [freeBlocks, freeInodes]
    }
    return { fileSystem, free }
  }

  it("gets the space of a file when it has no name and is closed", () => {
    const { fileSystem, free } = limited({ "/file": "text" })
    const file = Program.valueOf(fileSystem.open("/file", "r", 0))
    Program.runSync(fileSystem.remove("/file"))
    expect(free()).toEqual([1n, 10n])
    Program.runSync(file.close())
    expect(free()).toEqual([2n, 11n])
  })

  it("gets the space of a long file that is cut off, even if it was announced as a short one", () => {
    const { fileSystem, free } = limited({ "/file": MemoryTree.lazyFile(1, () => new Uint8Array(3 * 4_096)) })
    Program.runSync(fileSystem.truncate("/file", 1))
    expect(free()).toEqual([3n, 10n])
  })
})

describe("a read-only disk", () => {
  it("refuses changes to files, but not to fifos", () => {
    const memory = memoryOf(tree)
    const { fileSystem } = memory
    const before = Program.valueOf(fileSystem.open("/file", "r+", 0o600))
    memory.limit({ readOnly: true })
    for (const flag of ["r+", "w", "a"] as const) {
      expect(codeOf(() => fileSystem.open("/file", flag, 0o600))).toBe("EROFS")
    }
    expect(codeOf(() => Program.runSync(before.write(bytes("a"))))).toBe("EROFS")
    expect(codeOf(() => Program.runSync(before.truncate(1)))).toBe("EROFS")
    for (const path of ["/fifo", "/file"]) {
      expect(fileSystem.open(path, path === "/fifo" ? "w" : "r", 0o600)).toBeDefined()
      const writable = { readable: true, writable: path === "/fifo" }
      expect(fileSystem.access(path, writable)).toBeUndefined()
    }
    expect(codeOf(() => fileSystem.access("/file", { readable: false, writable: true }))).toBe("EROFS")
  })
})
