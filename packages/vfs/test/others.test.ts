/** Tests operations while another process changes the tree between their calls. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import type { Node } from "../src/internal/memory/inode.js"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { options } from "./failing.js"
import { built, type Operations } from "./handles.js"

type Fs = FileSystem.FileSystem<OpenNode>

type Change = (operations: Operations<Node>, others: Fs) => Partial<Operations<Node>>

const names = (made: ReadonlyArray<string> = []): FileSystem.Options => {
  const left = [...made]
  return { ...options, directoryName: () => left.shift() ?? "last" }
}

/** Two users of one tree. Some calls of the first one are changed. */
const shared = (tree: MemoryTree.Tree, change: Change, own = names()): { readonly fs: Fs; readonly others: Fs } => {
  const { operations } = built(tree)
  const others = FileSystem.make(operations, names())
  return { fs: FileSystem.make({ ...operations, ...change(operations, others) }, own), others }
}

/** Calls `before` in the first calls of a function, and then only the function. */
const first = <Args extends ReadonlyArray<unknown>, A>(
  original: (...args: Args) => A,
  before: () => void,
  times = 1
): (...args: Args) => A => {
  let left = times
  return (...args) => {
    if (left-- > 0) before()
    return original(...args)
  }
}

const { runSync } = Program

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const textOf = (fs: Fs, path: string): string => new TextDecoder().decode(runSync(fs.readFile(path)))

const write = (fs: Fs, path: string, text: string, flag: FileSystem.Flag = "w"): void =>
  runSync(fs.writeFile(path, encode(text), flag, 0o644))

const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    if (!Errno.isErrno(error)) throw error
    return [error.detail?.code ?? error.code, error.syscall]
  }
}

/** So long that more than one call is needed to copy it. */
const long = "0123456789".repeat(60_000)

describe("a copy", () => {
  it("reads a file to its end if its size is 0", () => {
    const { fs, others } = shared({ "/f": long }, ({ files }) => ({
      files: { ...files, getattr: (file) => ({ ...files.getattr(file), size: 0 }) }
    }))
    runSync(fs.copyFile("/f", "/copy"))
    expect(textOf(others, "/copy")).toBe(long)
  })

  it("copies what the file contained at the beginning, even if the file grows", () => {
    const { fs, others } = shared({ "/f": long }, ({ files }, others) => ({
      files: { ...files, read: first(files.read, () => write(others, "/f", "more", "a"), 100) }
    }))
    runSync(fs.copyFile("/f", "/copy"))
    expect(textOf(others, "/copy")).toBe(long)
  })

  it("ends even if the file was empty, and grows faster than it is read", () => {
    const { fs, others } = shared({ "/f": "" }, ({ files }, others) => ({
      files: { ...files, read: first(files.read, () => write(others, "/f", long, "a"), 5) }
    }))
    runSync(fs.copyFile("/f", "/copy"))
    expect(textOf(others, "/copy")).toBe(long)
  })

  it("ends where the file ends, even if the file is truncated", () => {
    const { fs, others } = shared({ "/f": long }, ({ files }, others) => ({
      files: { ...files, read: first(files.read, () => runSync(others.truncate("/f", 10))) }
    }))
    runSync(fs.copyFile("/f", "/copy"))
    expect(textOf(others, "/copy")).toBe("0123456789")
  })

  it.each([0, 3, long.length])("continues after the system has copied %i bytes", (length) => {
    const { fs, others } = shared({ "/f": long }, ({ files }) => ({
      files: {
        ...files,
        copyContent: (_, to, size) =>
          Program.sync(() => {
            expect(size).toBe(long.length)
            files.write(to, encode(long.slice(0, length)), 0)
            return length
          }),
        read: (file, buffer, position) => {
          expect(position).toBeGreaterThanOrEqual(length)
          expect(length).toBeLessThan(long.length)
          return files.read(file, buffer, position)
        }
      }
    }))
    runSync(fs.copyFile("/f", "/copy"))
    expect(textOf(others, "/copy")).toBe(long)
  })

  it("removes its new file if it fails, and no other file with that name", () => {
    const failing = (before: (others: Fs) => void) =>
      shared({ "/f": "text" }, ({ files }, others) => ({
        files: {
          ...files,
          write: () => {
            before(others)
            throw Errno.make("EIO")
          }
        }
      }))
    const alone = failing(() => {})
    expect(thrown(() => runSync(alone.fs.copyFile("/f", "/copy")))).toEqual(["EIO", "copyfile"])
    expect(alone.others.exists("/copy")).toBe(false)
    const replaced = failing((others) => {
      others.unlink("/copy")
      write(others, "/copy", "of others")
    })
    expect(thrown(() => runSync(replaced.fs.copyFile("/f", "/copy")))).toEqual(["EIO", "copyfile"])
    expect(textOf(replaced.others, "/copy")).toBe("of others")
    const removed = failing((others) => others.unlink("/copy"))
    expect(thrown(() => runSync(removed.fs.copyFile("/f", "/copy")))).toEqual(["EIO", "copyfile"])
  })

  it("ends if its destination is moved into the source", () => {
    const { fs } = shared({ "/a/x": "text", "/a/y/z": "text" }, (operations, others) => ({
      openInode: first(operations.openInode, () => others.rename("/b", "/a/y/b"))
    }))
    expect(thrown(() => runSync(fs.copy("/a", "/b")))).toEqual(["ERR_FS_CP_EINVAL", "cp"])
  })
})

describe("a removal", () => {
  it("ignores files that are already removed", () => {
    const { fs, others } = shared({ "/d/e/f": "", "/d/g": "" }, (operations, others) => ({
      unlink: first(operations.unlink, () => runSync(others.remove("/d/e", { recursive: true })))
    }))
    runSync(fs.remove("/d", { recursive: true }))
    expect(others.exists("/d")).toBe(false)
  })

  it.each(["child", "readdir", "rmdir", "unlink"] as const)(
    "ignores what others remove before any call of %s",
    (call) => {
      const isEverRemoved = (times: number, path: string, recursive: boolean): boolean => {
        let left = times
        const { fs, others } = shared({ "/d/e/f": "", "/d/g": "" }, (operations, others) => {
          const original: (...args: ReadonlyArray<never>) => unknown = operations[call]
          const changed = (...args: ReadonlyArray<never>) => {
            if (left-- === 0) runSync(others.remove(path, { force: true, recursive: true }))
            return original(...args)
          }
          return { [call]: changed }
        })
        runSync(fs.remove(recursive ? "/d" : "/d/g", { recursive }))
        expect(others.exists(recursive ? "/d" : "/d/g")).toBe(false)
        return left < 0
      }
      for (const path of ["/d/e/f", "/d/e", "/d/g", "/d"]) {
        let times = 0
        while (isEverRemoved(times, path, true)) times++
        expect(times).toBeGreaterThan(1)
      }
      expect(isEverRemoved(0, "/d/g", false)).toBe(call === "unlink")
    }
  )

  it("removes everything it can, and reports the first failure", () => {
    const codes: Readonly<Record<string, string>> = { b: "EIO", d: "EPERM" }
    const { fs, others } = shared(
      { "/t/s/a": "", "/t/s/b": "", "/t/s/c": "", "/t/s/d": "", "/t/u": "" },
      (operations) => ({
        unlink: (at) => {
          const code = codes[at.name]
          if (code !== undefined) throw Errno.make(code)
          operations.unlink(at)
        }
      })
    )
    expect(thrown(() => runSync(fs.remove("/t", { recursive: true })))).toEqual(["EIO", "unlink"])
    expect(runSync(others.readDirectory("/t", true))).toEqual(["s", "s/b", "s/d"])
  })

  it("stops at an error that is not the failure of a system call", () => {
    const { fs, others } = shared({ "/t/a": "", "/t/b": "" }, () => ({
      unlink: () => {
        throw new TypeError("a mistake")
      }
    }))
    expect(() => runSync(fs.remove("/t", { recursive: true }))).toThrow(TypeError)
    expect(runSync(others.readDirectory("/t", true))).toEqual(["a", "b"])
  })
})

describe("a new file", () => {
  it("is opened if others create it at the same time, with up to 128 attempts", () => {
    const racing = (times: number) =>
      shared({}, (operations, others) => ({
        create: first(operations.create, () => {
          write(others, "/f", "of others")
          if (times > 1) {
            others.unlink("/f")
            throw Errno.make("EEXIST")
          }
        }, times)
      }))
    const once = racing(1)
    write(once.fs, "/f", ", and more", "a")
    expect(textOf(once.others, "/f")).toBe("of others, and more")
    const often = racing(127)
    write(often.fs, "/f", "text", "a")
    expect(textOf(often.others, "/f")).toBe("text")
    expect(thrown(() => write(racing(128).fs, "/f", "text", "a"))).toEqual(["EEXIST", "open"])
  })

  it("is not opened if creating it fails for another reason than EEXIST", () => {
    let calls = 0
    const { fs } = shared({}, () => ({
      create: () => {
        calls++
        throw Errno.make("ENOSPC")
      }
    }))
    expect(thrown(() => write(fs, "/f", "text"))).toEqual(["ENOSPC", "open"])
    expect(calls).toBe(1)
  })

  it("can be a directory that others create, but not if they keep removing it", () => {
    const { fs, others } = shared({}, (operations, others) => ({
      mkdir: first(operations.mkdir, () => others.mkdir("/a", 0o755))
    }))
    expect(fs.makeDirectories("/a/b/c", 0o777)).toBe("/a/b")
    expect(others.exists("/a/b/c")).toBe(true)
    /** Each of the two names is removed this many times. */
    const removing = (times: number) =>
      shared({}, ({ mkdir }, others) => {
        const left: Record<string, number> = { "/a": times, "/a/b": times }
        return {
          mkdir: (at, mode) => {
            mkdir(at, mode)
            const path = at.name === "a" ? "/a" : "/a/b"
            const times = left[path] ?? 0
            left[path] = times - 1
            if (times > 0) others.rmdir(path)
          }
        }
      })
    expect(removing(31).fs.makeDirectories("/a/b", 0o777)).toBe("/a")
    expect(thrown(() => removing(32).fs.makeDirectories("/a/b", 0o777))).toEqual(["ENOENT", "mkdir"])
  })

  it("is not created in a directory that was removed", () => {
    const { fs, others } = shared({ "/a": MemoryTree.directory() }, ({ lookup }) => ({
      lookup: (asked, own) => asked.name === "." ? { _tag: "Missing" } : lookup(asked, own)
    }))
    expect(thrown(() => fs.makeDirectories("/a/../b", 0o777))).toEqual(["ENOENT", "mkdir"])
    expect(others.exists("/b")).toBe(false)
  })

  it("is a temporary directory with the next name if a name exists, with up to 100 attempts", () => {
    const taking = (taken: number) =>
      shared(
        { "/tx": "", "/ty": "" },
        () => ({}),
        names(Array.from({ length: taken }, (_, i) => i % 2 === 0 ? "x" : "y"))
      )
    expect(taking(2).fs.makeTemporaryDirectory("/t")).toBe("/tlast")
    expect(taking(99).fs.makeTemporaryDirectory("/t")).toBe("/tlast")
    expect(thrown(() => taking(100).fs.makeTemporaryDirectory("/t"))).toEqual(["EEXIST", "mkdtemp"])
  })

  it("is not tried with another name if creating a temporary directory fails for another reason", () => {
    const { fs } = shared({}, () => ({
      mkdir: () => {
        throw Errno.make("ENOSPC")
      }
    }))
    expect(thrown(() => fs.makeTemporaryDirectory("/t"))).toEqual(["ENOSPC", "mkdtemp"])
  })

  it("is written again if others remove its temporary file, with up to 8 attempts", () => {
    const removing = (times: number) =>
      shared({}, (operations, others) => ({
        rename: first(operations.rename, () => others.unlink("/.new"), times)
      }))
    const { fs, others } = removing(7)
    runSync(fs.rootDirectory.writeFileAtomic("/f", encode("text")))
    expect(textOf(others, "/f")).toBe("text")
    expect(thrown(() => runSync(removing(8).fs.rootDirectory.writeFileAtomic("/f", encode("text")))))
      .toEqual(["ENOENT", "open"])
  })

  it("is written after old temporary files of others are removed", () => {
    const file = (ms: number) => MemoryTree.file("", { mtime: new Date(ms) })
    const tree = { "/.old": file(1_000), "/.young": file(4_500), "/.gone": file(1_000), "/f": file(1_000) }
    const ages: Array<readonly [string, number]> = []
    const { fs, others } = shared(
      tree,
      (operations, others) => ({
        readdir: (directory) => {
          const names = operations.readdir(directory)
          others.unlink("/.gone")
          return names
        }
      }),
      {
        ...names(),
        now: () => 5_000,
        writer: {
          ...options.writer,
          isAbandoned: (name, age) => {
            ages.push([name, age()])
            return name.startsWith(".") && age() >= 1_000
          }
        }
      }
    )
    runSync(fs.rootDirectory.writeFileAtomic("/f", encode("text")))
    expect(Object.fromEntries(ages)).toEqual({ ".old": 4_000, ".young": 500, ".gone": 0, f: 4_000 })
    expect(runSync(others.readDirectory("/", false))).toEqual([".young", "f"])
  })

  it("is written even if old temporary files cannot be removed for a known reason", () => {
    const failing = (code: string) =>
      shared({ "/.old": "", "/f": "" }, ({ unlink }) => ({
        unlink: (at) => {
          if (at.name === ".old") throw Errno.make(code)
          unlink(at)
        }
      }), { ...names(), writer: { ...options.writer, isAbandoned: (name) => name === ".old" } })
    for (const code of ["ENOENT", "EISDIR", "EACCES", "EPERM"]) {
      const { fs, others } = failing(code)
      runSync(fs.rootDirectory.writeFileAtomic("/f", encode("text")))
      expect([code, textOf(others, "/f")]).toEqual([code, "text"])
    }
    expect(thrown(() => runSync(failing("EIO").fs.rootDirectory.writeFileAtomic("/f", encode("text")))))
      .toEqual(["EIO", "unlink"])
  })

  it("is written once old temporary files are freed, and is there once the old content is", () => {
    const freed: Array<string> = []
    const freeing = (name: string) =>
      Program.call<void>((done) => {
        freed.push(name)
        done({ value: undefined })
      })
    const { fs, others } = shared({ "/.old": "", "/f": "" }, ({ rename, unlink }) => ({
      rename: (from, to, mode) => {
        void rename(from, to, mode)
        return freeing(to.name)
      },
      unlink: (at) => {
        void unlink(at)
        return freeing(at.name)
      }
    }), { ...names(), writer: { ...options.writer, isAbandoned: (name) => name === ".old" } })
    runSync(fs.rootDirectory.writeFileAtomic("/f", encode("text")))
    expect(freed).toEqual([".old", "f"])
    expect(textOf(others, "/f")).toBe("text")
  })

  it("is not opened with O_CREAT if it belongs to another user in a sticky directory", () => {
    const asked: Array<boolean> = []
    const { fs } = shared({ "/d/theirs": "", "/d/ours": "" }, ({ getattr }) => {
      const concerns = (node: Node) => getattr(node).size === 0 && node._tag === "File"
      return {
        sticky: {
          concerns,
          denies: (node, directory) => {
            asked.push(concerns(node), directory._tag === "Directory")
            return node._tag === "File" && directory._tag === "Directory" && directory.get("theirs") === node
          }
        }
      }
    })
    expect(thrown(() => write(fs, "/d/theirs", "text"))).toEqual(["EACCES", "open"])
    expect(thrown(() => write(fs, "/d/ours", "text"))).toBeUndefined()
    expect(thrown(() => write(fs, "/", "text"))).toEqual(["EISDIR", "open"])
    expect(runSync(fs.readFile("/d/theirs"))).toHaveLength(0)
    expect(asked).toEqual([true, true, true, true])
  })
})
