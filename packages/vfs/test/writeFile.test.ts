/** When the old content of a file is written over, and when the file is emptied, before or after it is opened. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import type { FileOperations, OpenFlags as Flags } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import type { Node } from "../src/internal/memory/inode.js"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { bytesOf } from "./crashing.js"
import { failure, type Fs, options } from "./failing.js"
import { built, type Operations } from "./handles.js"

const tree: MemoryTree.Tree = {
  "/f": "12345",
  "/empty": "",
  "/link": MemoryTree.link("f"),
  "/dangling": MemoryTree.link("new"),
  "/d": MemoryTree.directory()
}

const LARGE = (8 << 20) + 1

const OVERWRITTEN = 65_536

type Change = (files: FileOperations<OpenNode>) => Partial<FileOperations<OpenNode>>

type Others = (operations: Operations<Node>, called: (call: string) => void) => Partial<Operations<Node>>

/** A file system that can write over old content, and the calls that change content. */
const overwriting = (change: Change = () => ({}), others: Others = () => ({})) => {
  const { operations } = built(tree)
  const calls: Array<string> = []
  const { files } = operations
  const changed = { ...files, ...change(files) }
  const fs: Fs = FileSystem.make(
    {
      ...operations,
      canOverwrite: () => true,
      openInode: (inode, flags) => {
        if (flags.truncate) calls.push("open to truncate")
        return operations.openInode(inode, flags)
      },
      ...others(operations, (call) => void calls.push(call)),
      files: {
        ...changed,
        truncate: (file, size) => {
          calls.push(`truncate(${size})`)
          return changed.truncate(file, size)
        },
        write: (file, bytes, position) => {
          calls.push(`write(${bytes.length})`)
          return changed.write(file, bytes, position)
        }
      }
    },
    options
  )
  const write = (
    path: string,
    data: string | Uint8Array,
    flag: FileSystem.Flag | Flags = "w",
    flush = false
  ) => {
    calls.length = 0
    const bytes = typeof data === "string" ? bytesOf(data) : data
    return [failure((fs) => fs.writeFile(path, bytes, flag, 0o644, flush), fs)[0], ...calls]
  }
  const text = (path: string) => new TextDecoder().decode(Program.runSync(fs.readFile(path)))
  return { fs, write, text }
}

describe("the old content", () => {
  it.each(["/f", "/link"])("is written over if the new one is not shorter: %s", (path) => {
    const { text, write } = overwriting()
    expect(write(path, "abcde")).toEqual(["ok", "write(5)"])
    expect(text("/f")).toBe("abcde")
    expect(write(path, "longer text", "w+", true)).toEqual(["ok", "write(11)"])
    expect(text("/f")).toBe("longer text")
  })

  it("is removed first if the new one is shorter or empty", () => {
    const { text, write } = overwriting()
    expect(write("/f", "abcd")).toEqual(["ok", "open to truncate", "write(4)"])
    expect(text("/f")).toBe("abcd")
    expect(write("/f", "")).toEqual(["ok", "open to truncate", "write(0)"])
    expect(text("/f")).toBe("")
  })

  it("is removed first if the new one may need more than one call", () => {
    const { write } = overwriting()
    expect(write("/f", new Uint8Array(OVERWRITTEN + 1))).toEqual([
      "ok",
      "open to truncate",
      `write(${OVERWRITTEN + 1})`
    ])
    expect(write("/f", new Uint8Array(OVERWRITTEN))).toEqual(["ok", "open to truncate", `write(${OVERWRITTEN})`])
    expect(write("/f", new Uint8Array(OVERWRITTEN))).toEqual(["ok", `write(${OVERWRITTEN})`])
  })

  it("is removed after opening the file if there is much of it", () => {
    const { fs, text, write } = overwriting()
    Program.runSync(fs.truncate("/f", LARGE))
    expect(write("/f", "abcde")).toEqual(["ok", "truncate(0)", "write(5)"])
    expect(text("/f")).toBe("abcde")
    Program.runSync(fs.truncate("/f", LARGE - 1))
    expect(write("/f", "abcde")).toEqual(["ok", "open to truncate", "write(5)"])
    Program.runSync(fs.truncate("/f", LARGE))
    expect(write("/f", new Uint8Array(LARGE))).toEqual(["ok", "truncate(0)", `write(${LARGE})`])
  })

  it("is looked at before a whole path is opened in one call", () => {
    const { text, write } = overwriting(undefined, (operations, called) => {
      const found = (path: string) => operations.child(operations.top(), path.slice(1))
      return {
        open: (_, path) => found(path),
        openPath: (_, path, __, flags) => {
          called("openPath")
          return operations.openInode(found(path), flags)
        }
      }
    })
    expect(write("/f", "abcde")).toEqual(["ok", "write(5)"])
    expect(write("/f", "abc")).toEqual(["ok", "openPath", "write(3)"])
    expect(text("/f")).toBe("abc")
  })

  it("is kept if the flags say so", () => {
    const { text, write } = overwriting()
    expect(write("/f", "abcde", "a")).toEqual(["ok", "write(5)"])
    expect(text("/f")).toBe("12345abcde")
    expect(write("/f", "abcde", "wx")).toEqual(["EEXIST"])
    expect(write("/f", "AB", "r+")).toEqual(["ok", "write(2)"])
    expect(text("/f")).toBe("AB345abcde")
  })

  it("is removed when a file is opened to append or only to read", () => {
    const { fs, text, write } = overwriting()
    const truncating = { ...OpenFlags.fromFlag("a"), truncate: true }
    expect(write("/f", "abcde", truncating)).toEqual(["ok", "open to truncate", "write(5)"])
    expect(text("/f")).toBe("abcde")
    Program.runSync(fs.truncate("/f", LARGE))
    expect(write("/f", "abcde", { ...OpenFlags.fromFlag("r"), truncate: true }))
      .toEqual(["EBADF", "open to truncate", "write(5)"])
    expect(text("/f")).toBe("")
  })

  it("is removed when the file is opened if the file system wants that", () => {
    const { text, write } = overwriting(undefined, () => ({ canOverwrite: () => false }))
    expect(write("/f", "abcde")).toEqual(["ok", "open to truncate", "write(5)"])
    expect(text("/f")).toBe("abcde")
  })

  it("is removed if there is more of it than when the file was found", () => {
    const { operations } = built(tree)
    const { text, write } = overwriting(({ getattr }) => ({
      getattr: (file) => ({ ...getattr(file), size: 6 })
    }))
    expect(operations.canOverwrite).toBeUndefined()
    expect(write("/f", "abcde")).toEqual(["ok", "truncate(0)", "write(5)"])
    expect(text("/f")).toBe("abcde")
  })
})

it("a new or empty file is not emptied again", () => {
  const { text, write } = overwriting()
  expect(write("/empty", "abc")).toEqual(["ok", "open to truncate", "write(3)"])
  expect(write("/dangling", "abc")).toEqual(["ok", "write(3)"])
  expect([text("/new"), text("/empty")]).toEqual(["abc", "abc"])
  expect(write("/d", "abc")).toEqual(["EISDIR"])
})

describe("a write that fails", () => {
  const failing = (written: number) => {
    let calls = 0
    return overwriting(({ write }) => ({
      write: (file, bytes, position) => {
        if (calls++ > 0 || written === 0) throw Errno.make("EIO")
        return write(file, bytes.subarray(0, written), position)
      }
    }))
  }

  it("leaves nothing of the old content", () => {
    const none = failing(0)
    expect(none.write("/f", "abcde")).toEqual(["EIO", "write(5)", "truncate(0)"])
    expect(none.text("/f")).toBe("")
    const some = failing(2)
    expect(some.write("/f", "abcde")).toEqual(["EIO", "write(5)", "write(3)", "truncate(2)"])
    expect(some.text("/f")).toBe("ab")
  })

  it("keeps what is written if that is as long as the old content", () => {
    const { text, write } = failing(5)
    expect(write("/f", "abcdefg")).toEqual(["EIO", "write(7)", "write(2)"])
    expect(text("/f")).toBe("abcde")
  })

  it("is reported even if the old content cannot be removed", () => {
    const { text, write } = overwriting(() => ({
      truncate: () => {
        throw Errno.make("EPERM")
      },
      write: () => {
        throw Errno.make("EIO")
      }
    }))
    expect(write("/f", "abcde")).toEqual(["EIO", "write(5)", "truncate(0)"])
    expect(text("/f")).toBe("12345")
  })
})

it("a file that cannot be emptied is not written", () => {
  const { fs, text } = overwriting(() => ({
    truncate: () => {
      throw Errno.make("EPERM")
    }
  }))
  const file = Program.valueOf(fs.open("/f", "r+", 0))
  Program.runSync(file.write(new Uint8Array(1), BigInt(LARGE)))
  Program.runSync(file.close())
  expect(failure((fs) => fs.writeFile("/f", bytesOf("abc"), "w", 0o644), fs)).toEqual(["EPERM", "ftruncate", []])
  expect(text("/f").length).toBe(LARGE + 1)
})

describe("a file with much content that is opened to replace it", () => {
  const opening = (change?: Change) => {
    const { fs, text, write } = overwriting(change)
    const resized = Program.valueOf(fs.open("/f", "r+", 0))
    Program.runSync(resized.write(new Uint8Array(1), BigInt(LARGE)))
    Program.runSync(resized.close())
    return { fs, text, write }
  }

  it("is emptied after it is opened", () => {
    const { fs, text } = opening()
    const file = Program.valueOf(fs.open("/f", "w+", 0o644))
    expect(text("/f")).toBe("")
    Program.runSync(file.writeAll(bytesOf("abc")))
    expect(text("/f")).toBe("abc")
  })

  it.each(["r", "r+", "a", "a+"] as const)("is not emptied if it is opened with %s", (flag) => {
    const { fs, text } = opening()
    Program.runSync(Program.valueOf(fs.open("/f", flag, 0o644)).close())
    expect(text("/f").length).toBe(LARGE + 1)
  })

  it("is refused if it is a link that must not be followed", () => {
    const { fs, text } = opening()
    expect(failure((fs) => void fs.open("/link", "w", 0o644, true), fs)).toEqual(["ELOOP", "open", ["/link"]])
    expect(text("/f").length).toBe(LARGE + 1)
    Program.runSync(Program.valueOf(fs.open("/f", "w", 0o644, true)).close())
    expect(text("/f")).toBe("")
  })

  /** Fails to empty a file. Returns what is reported, and the steps. */
  const failing = (truncate: () => Program.Now<void>, close: () => Program.Now<void>) => {
    const made: Array<string> = []
    const { fs, text } = opening((files) => ({
      truncate,
      close: (file, written) => {
        made.push(written ? "close a written file" : "close")
        const closed = files.close(file, written)
        return written ? closed : Program.map(closed, close)
      }
    }))
    made.length = 0
    const told = failure((fs) => Program.sync(() => fs.open("/f", "w", 0o644)), fs)
    expect(made).toEqual(["close"])
    expect(text("/f").length).toBe(LARGE + 1)
    return told
  }

  const now = (code: "EIO" | "EPERM") => (): never => {
    throw Errno.make(code)
  }
  const later = (code: "EIO" | "EPERM") => () => Program.call<never>((done) => done({ error: Errno.make(code) }))

  it("is closed if it cannot be emptied", () => {
    expect(failing(now("EIO"), () => {})).toEqual(["EIO", "open", ["/f"]])
    expect(failing(later("EIO"), () => {})).toEqual(["EIO", "open", ["/f"]])
  })

  it("reports the first error if it cannot be closed either", () => {
    expect(failing(now("EIO"), now("EPERM"))).toEqual(["EIO", "open", ["/f"]])
    expect(failing(later("EIO"), now("EPERM"))).toEqual(["EIO", "open", ["/f"]])
    let begun = 0
    const closing = () =>
      Program.call<never>((done) => {
        begun++
        done({ error: Errno.make("EPERM") })
      })
    expect(failing(later("EIO"), closing)).toEqual(["EIO", "open", ["/f"]])
    expect(begun).toBe(1)
  })

  it("does not hide a defect when it is closed", () => {
    const defect = () => {
      throw new TypeError("a defect")
    }
    expect(() => failing(now("EIO"), defect)).toThrow("a defect")
  })

  it("is not emptied after it is opened with O_PATH", () => {
    const { write } = opening()
    const [_, ...calls] = write("/f", "abc", { ...OpenFlags.fromFlag("w"), path: true })
    expect(calls).toEqual(["open to truncate", "write(3)"])
  })
})
