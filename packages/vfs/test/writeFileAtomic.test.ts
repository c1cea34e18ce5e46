/**
 * Whatever happens while a file is replaced, it has the old content or the new one, and no temporary file is left
 * behind.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import { type FileSystem, make as makeFileSystem } from "@procfsroot/vfs/FileSystem"
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import type { AtomicOptions } from "@procfsroot/vfs/RootDirectory"
import { describe, expect, it } from "vitest"
import { Directory, type Node } from "../src/internal/memory/inode.js"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { fail } from "../src/internal/errno.js"
import { built, Held, nothing, type Operations, stepping } from "./handles.js"
import { Box, bytesOf, optionsOf, process, write } from "./replacing.js"

/** Writes two parts, as an edition does. */
const writeParts = (fs: FileSystem<OpenNode>, text: string): void => {
  const file = Program.runSync(fs.rootDirectory.openAtomic("/d/file"))
  try {
    Program.runSync(file.write(bytesOf(text.slice(0, 1))))
    Program.runSync(file.write(bytesOf(text.slice(1))))
    Program.runSync(file.commit())
  } finally {
    Program.runSync(file.abandon())
  }
}

describe.each([
  { old: "old", name: "writeFileAtomic", replace: write },
  { old: undefined, name: "writeFileAtomic", replace: write },
  { old: "old", name: "openAtomic", replace: writeParts },
  { old: undefined, name: "openAtomic", replace: writeParts }
])("$name over $old", ({ old, replace }) => {
  let all = 0
  replace(new Box(old).fileSystem(() => all++), "new")

  it(`leaves the old or the new content if it is killed before any of its ${all} calls`, () => {
    const seen = new Set<string | undefined>()
    for (let killed = 0; killed < all; killed++) {
      const box = new Box(old)
      let made = 0
      // A process that is killed makes no more calls.
      const dying = box.fileSystem(() => {
        if (made++ >= killed) throw new Error("killed")
      })
      expect(() => replace(dying, "new")).toThrow("killed")
      expect([old, "new"]).toContain(box.content)
      seen.add(box.content)
      write(box.fileSystem(() => {}), "newer")
      expect(box.content).toBe("newer")
      expect(box.names).toEqual(["file"])
    }
    expect(seen).toEqual(new Set([old, "new"]))
  })

  it.each(["EIO", "ENOSPC", "EACCES", "ENOENT"])(
    "leaves the old or the new content if any of its calls fails with %s",
    (code) => {
      for (let failing = 0; failing < all; failing++) {
        const box = new Box(old)
        let made = 0
        let failed = ""
        const faulty = box.fileSystem((name) => {
          if (made++ !== failing) return
          failed = name
          throw Errno.make(code)
        })
        try {
          replace(faulty, "new")
          // If the temporary file is gone, it is written again. If an old one is gone, there is nothing to remove.
          expect(box.content).toBe("new")
        } catch (thrown) {
          expect(thrown).toMatchObject({ _tag: "Errno", code })
          expect([[failed, old], [failed, "new"]]).toContainEqual([failed, box.content])
        }
        // A file that cannot be removed stays until the next call.
        if (failed !== "unlink") {
          expect([failed, ...box.names.filter((name) => name !== "file")]).toEqual([failed])
        }
        write(faulty, "newer")
        expect([failed, ...box.names]).toEqual([failed, "file"])
      }
    }
  )
})

it("fails, and leaves the old content, if the data is gone before it is written", () => {
  const box = new Box("old")
  const buffer = new ArrayBuffer(3, { maxByteLength: 3 })
  const fs = box.fileSystem((name) => {
    if (name === "readdir") buffer.resize(0)
  })
  expect(() => Program.runSync(fs.rootDirectory.writeFileAtomic("/d/file", new Uint8Array(buffer))))
    .toThrow(expect.objectContaining({ _tag: "WriteZero" }))
  expect([box.content, box.names]).toEqual(["old", ["file"]])
})

it("does not hold the old file meanwhile, whose content the kernel could not free", () => {
  let most = 0
  const held = new Held(built({ "/d/file": "old" }), "path", (name) => {
    if (name === "write") most = Object.values(held.left).reduce((sum, count) => sum + count, 0)
  })
  const fs = makeFileSystem(held.operations, optionsOf())
  Program.runSync(fs.rootDirectory.writeFileAtomic("/d/file", bytesOf("new")))
  // The directory, the temporary file, and the root.
  expect([most, held.left]).toEqual([3, nothing])
})

describe("an atomic file", () => {
  const openIn = (operations: Operations<Node>, path = "/d/file") =>
    Program.runSync(makeFileSystem(operations, optionsOf()).rootDirectory.openAtomic(path))

  /** A file to replace, and what is held meanwhile. */
  const opened = (step: (name: string) => void = () => {}) => {
    const box = new Box("old")
    const held: Array<string> = []
    const { retain } = box.operations
    const operations: Operations<Node> = {
      ...box.operations,
      files: stepping(box.operations.files, step),
      retain: () => {
        const close = retain()
        held.push("root")
        return () => {
          expect(held.pop()).toBe("root")
          close()
        }
      }
    }
    return { box, held, file: openIn(operations) }
  }

  /** A file whose first write waits until it is released. */
  const slow = () => {
    const box = new Box("old")
    const { files } = box.operations
    const waiting: Array<() => void> = []
    const write: typeof files.write = (...args) =>
      waiting.length > 0 ? files.write(...args) : Program.call((done) => {
        waiting.push(() => done({ value: Program.valueOf(files.write(...args)) }))
        return undefined
      })
    const file = openIn({ ...box.operations, files: { ...files, write } })
    return { box, file, release: () => waiting.forEach((goOn) => goOn()) }
  }

  const refused = expect.objectContaining({ code: "EBADF" })

  it.each(["commit", "abandon"] as const)("is closed after %s, which can be followed by abandon", (end) => {
    const { box, file, held } = opened()
    expect(held).toEqual(["root"])
    Program.runSync(file.write(bytesOf("new")))
    Program.runSync(file[end]())
    expect(held).toEqual([])
    Program.runSync(file.abandon())
    expect(() => Program.runSync(file.write(bytesOf("more")))).toThrow(refused)
    expect(() => Program.runSync(file.commit())).toThrow(refused)
    expect([box.names, box.content]).toEqual([["file"], end === "commit" ? "new" : "old"])
  })

  it("cannot be committed after a write has failed, since a part would be missing", () => {
    let writes = 0
    const { box, file, held } = opened((name) => {
      if (name === "write" && writes++ === 1) throw Errno.make("ENOSPC")
    })
    Program.runSync(file.write(bytesOf("one")))
    expect(() => Program.runSync(file.write(bytesOf("two")))).toThrow(expect.objectContaining({ code: "ENOSPC" }))
    expect(held).toEqual([])
    expect(() => Program.runSync(file.commit())).toThrow(refused)
    expect([box.names, box.content]).toEqual([["file"], "old"])
  })

  it("fails if the data of a write is gone before an earlier write has ended", async () => {
    const { box, file, release } = slow()
    const buffer = new ArrayBuffer(3, { maxByteLength: 3 })
    const writes = [
      Program.runPromise(file.write(bytesOf("one"))),
      Program.runPromise(file.write(new Uint8Array(buffer)))
    ]
    buffer.resize(0)
    release()
    const [one, two] = await Promise.allSettled(writes)
    expect(one?.status).toBe("fulfilled")
    expect(two).toMatchObject({ status: "rejected", reason: { _tag: "WriteZero" } })
    expect(() => Program.runSync(file.commit())).toThrow(refused)
    expect([box.names, box.content]).toEqual([["file"], "old"])
  })

  it("is not opened if the root is closed, or if its path is not text", () => {
    const { operations } = new Box("old")
    const closed = { ...operations, retain: () => fail("EBADF") }
    expect(() => openIn(closed)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "open", paths: ["/d/file"] })
    )
    expect(() => openIn(closed, 7 as never)).toThrow( // as from JavaScript
      expect.objectContaining({ _tag: "BadArgument" })
    )
  })

  it("is closed as a file that was written to if it is abandoned, since flushing it takes time", () => {
    const { operations } = new Box("old")
    const closed: Array<boolean> = []
    const files: FileOperations<OpenNode> = {
      ...operations.files,
      close: (file, written) => {
        closed.push(written)
        return operations.files.close(file, written)
      }
    }
    const file = openIn({ ...operations, files })
    Program.runSync(file.abandon())
    expect(closed).toEqual([true])
  })

  it("reports that it was removed, and leaves the old file", () => {
    const { box, file, held } = opened()
    const directory = box.root.get("d")
    if (!(directory instanceof Directory)) throw new Error("no directory")
    for (const name of box.names.filter((name) => name !== "file")) directory.delete(name)
    expect(() => Program.runSync(file.commit())).toThrow(
      expect.objectContaining({ code: "ENOENT", syscall: "rename", paths: ["/d/file"] })
    )
    expect([box.names, box.content, held]).toEqual([["file"], "old", []])
  })
})

describe("the file that writeFileAtomic leaves", () => {
  const modeAfter = (old: MemoryTree.Entry | undefined, options?: AtomicOptions): number => {
    const fs = new Box(old).fileSystem(() => {})
    write(fs, "new", options)
    return fs.stat("/d/file").mode & 0o7777
  }

  it("has the mode that is asked for, or that of the old file", () => {
    const old = MemoryTree.file("old", { mode: 0o640 })
    expect(modeAfter(undefined)).toBe(0o644)
    expect(modeAfter(undefined, { mode: 0o600 })).toBe(0o600)
    expect(modeAfter(undefined, { keepMode: true, mode: 0o600 })).toBe(0o600)
    expect(modeAfter(old)).toBe(0o644)
    expect(modeAfter(old, { mode: 0o600 })).toBe(0o600)
    expect(modeAfter(old, { keepMode: true })).toBe(0o640)
  })

  it("is created without permissions that the old file does not have", () => {
    const box = new Box(MemoryTree.file("old", { mode: 0o4600 }))
    const modes: Array<number> = []
    const fs = box.fileSystem(() => {
      const directory = box.root.get("d")
      for (const name of box.names.filter((name) => name !== "file")) {
        if (directory instanceof Directory) modes.push((directory.get(name)?.mode ?? 0) & 0o7777)
      }
    })
    write(fs, "new", { keepMode: true })
    // The set-id bit comes last, since writing can clear it.
    expect([...new Set(modes)]).toEqual([0o600, 0o4600])
  })

  it("keeps set-id bits only if it has the same owner and group", () => {
    const kept = (attributes: { readonly uid?: number; readonly gid?: number; readonly mode: number }): number =>
      modeAfter(MemoryTree.file("old", attributes), { keepMode: true })
    expect(kept({ mode: 0o6755 })).toBe(0o6755)
    expect(kept({ uid: 1_000, mode: 0o4777 })).toBe(0o777)
    expect(kept({ gid: 1_000, mode: 0o2775 })).toBe(0o2775)
    expect(kept({ uid: 1_000, mode: 0o1640 })).toBe(0o1640)
  })

  it("does not replace what is not a file", () => {
    const box = new Box(MemoryTree.fifo())
    expect(() => write(box.fileSystem(() => {}), "new")).toThrow(expect.objectContaining({ code: "EINVAL" }))
    expect(box.names).toEqual(["file"])
  })

  it("does not replace a file with the name of the temporary one", () => {
    const box = new Box("old")
    const fs = box.fileSystem(() => {}, { ...process(), begin: () => "taken" })
    Program.runSync(fs.writeFile("/d/taken", new Uint8Array(), "w", 0o666))
    expect(() => write(fs, "new")).toThrow(expect.objectContaining({ code: "EEXIST" }))
    expect(box.names).toEqual(["file", "taken"])
  })
})

describe("a call of writeFileAtomic that is refused", () => {
  it("leaves nothing if the file was created, but may not be opened", () => {
    const box = new Box("old")
    const { create } = box.operations
    const refusing: Box["operations"] = {
      ...box.operations,
      create: (...at) => {
        create(...at)
        throw Errno.make("EACCES")
      }
    }
    const fs = makeFileSystem(refusing, optionsOf())
    expect(() => write(fs, "new")).toThrow(expect.objectContaining({ code: "EACCES", syscall: "open" }))
    expect([box.names, box.content]).toEqual([["file"], "old"])
  })

  it("does not sync the directory if it could not rename the file", () => {
    const steps: Array<string> = []
    const box = new Box("old")
    const fs = box.fileSystem((name) => {
      steps.push(name)
      if (name === "rename") throw Errno.make("ENOENT")
    })
    expect(() => write(fs, "new")).toThrow(expect.objectContaining({ code: "ENOENT" }))
    expect(steps).not.toContain("syncDirectory")
  })

  it("keeps the old file if no descriptor is free to sync the directory", () => {
    const box = new Box("old")
    const fs = box.fileSystem((name) => {
      if (name === "openForSync") throw Errno.make("EMFILE")
    })
    const failing = { code: "EMFILE", syscall: "open", paths: ["/d/file"] }
    for (const replace of [write, writeParts]) {
      expect(() => replace(fs, "new")).toThrow(expect.objectContaining(failing))
      expect([box.names, box.content]).toEqual([["file"], "old"])
    }
  })

  it("leaves one file, no matter how often it is called, where files may not be removed", () => {
    const box = new Box("old")
    let isRefused = true
    const fs = box.fileSystem((name) => {
      if (isRefused && (name === "rename" || name === "unlink")) throw Errno.make("EPERM")
    })
    const failing = expect.objectContaining({ code: "EPERM", syscall: "rename", paths: ["/d/file"] })
    expect(() => write(fs, "new")).toThrow(failing)
    const { names } = box
    expect(names).toHaveLength(2)
    expect(() => write(fs, "new")).toThrow(expect.objectContaining({ code: "EPERM", syscall: "unlink", paths: [] }))
    expect([box.names, box.content]).toEqual([names, "old"])
    isRefused = false
    write(fs, "new")
    expect([box.names, box.content]).toEqual([["file"], "new"])
  })

  const failLater = () => Program.call<never>((done) => done({ error: Errno.make("EIO") }))

  it.each<readonly [syscall: string, Partial<FileOperations<OpenNode>>, Partial<Operations<Node>>]>([
    ["write", { write: failLater }, {}],
    ["fsync", { sync: failLater }, {}],
    ["fsync", {}, { openForSync: () => ({ sync: failLater, close: () => {} }) }]
  ])("reports the system call %s if it fails in another thread", async (syscall, files, directories) => {
    const { operations } = new Box("old")
    const fs = makeFileSystem(
      { ...operations, ...directories, files: { ...operations.files, ...files } },
      optionsOf()
    )
    const writing = Program.runPromise(fs.rootDirectory.writeFileAtomic("/d/file", new Uint8Array(1)))
    await expect(writing).rejects.toMatchObject({ code: "EIO", syscall, paths: [] })
  })
})
