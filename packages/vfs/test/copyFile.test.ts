/** Tests what `copyFile` refuses and keeps, in which order, and which call it reports as failed. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { fail } from "../src/internal/errno.js"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import { failure, open, textOf } from "./toCopy.js"

type Files = FileOperations<OpenNode>

describe("copyFile", () => {
  const of = (from: string, to: string, options?: FileSystem.CopyFileOptions) => {
    const [code, syscall] = failure((fs) => fs.copyFile(from, to, options))
    return code === "ok" ? code : `${code} ${syscall}`
  }

  it("checks the destination before the source", () => {
    expect([of("/d", "/new"), of("/d", "/none/new"), of("/d", "/closed/new"), of("/d", "/full")])
      .toEqual(["EISDIR copyfile", "ENOENT copyfile", "EACCES copyfile", "EISDIR copyfile"])
    expect([of("/fifo", "/new"), of("/fifo", "/none/new"), of("/fifo", "/readable"), of("/fifo", "/full")])
      .toEqual(["EINVAL copyfile", "ENOENT copyfile", "EACCES copyfile", "EISDIR copyfile"])
    expect([of("/d/f", "/readable"), of("/d/f", "/fifo"), of("/secret", "/none/new")])
      .toEqual(["EACCES copyfile", "EINVAL copyfile", "EACCES copyfile"])
  })

  it("opens a directory before it checks the destination", () => {
    const fs = open()
    fs.chmod("/d", 0)
    expect(failure((fs) => fs.copyFile("/d", "/none/new"), fs)).toEqual(["EACCES", "copyfile", ["/d", "/none/new"]])
  })

  it("asks whether an existing destination could be written, but not whether it could be read", () => {
    expect([of("/d", "/writable"), of("/fifo", "/writable")]).toEqual(["EISDIR copyfile", "EINVAL copyfile"])
    const fs = open(() => ({
      mayWrite: () => {
        throw Errno.make("EROFS")
      }
    }))
    expect(failure((fs) => fs.copyFile("/d", "/there"), fs)).toEqual(["EROFS", "copyfile", ["/d", "/there"]])
  })

  it("opens files with the flags that it needs", () => {
    const opened: Array<unknown> = []
    const fs = open(({ create, openInode }) => ({
      create: (place, flags, mode) => {
        opened.push(["create", flags])
        return create(place, flags, mode)
      },
      openInode: (inode, flags) => {
        opened.push(["open", flags])
        return openInode(inode, flags)
      }
    }))
    Program.runSync(fs.copyFile("/d/f", "/there"))
    const none = { read: false, write: false, append: false, create: false, exclusive: false, truncate: false }
    expect(opened).toEqual([
      ["open", { ...none, read: true }],
      ["create", { ...none, write: true, create: true, exclusive: true }],
      ["open", { ...none, write: true }]
    ])
  })

  it("writes to a destination where nothing can be created, such as a mount that must not be entered", () => {
    const fs = open(() => ({
      create: () => {
        throw Errno.make("EXDEV")
      }
    }))
    Program.runSync(fs.copyFile("/d/f", "/there"))
    expect(textOf(fs, "/there")).toBe("text")
  })

  it("looks for the destination only if something is there", () => {
    const names: Array<string> = []
    const fs = open(({ lookup }) => ({
      lookup: (asked, own) => {
        names.push(asked.name)
        return lookup(asked, own)
      }
    }))
    Program.runSync(fs.copyFile("/d/f", "/old/new"))
    expect(names).toEqual(["d", "f", "old"])
    names.length = 0
    Program.runSync(fs.copyFile("/there", "/old/new"))
    expect(names).toEqual(["there", "old", "old", "new"])
    expect(textOf(fs, "/old/new")).toBe("there")
  })

  it("overwrites a file that another process creates at that moment, unless it must not exist", () => {
    const copied = (options: FileSystem.CopyFileOptions) => {
      const fs = open(({ create, files }) => ({
        create: (place, flags, mode) => {
          files.close(create(place, { ...flags, exclusive: false }, mode), true)
          return create(place, flags, mode)
        }
      }))
      return [failure((fs) => fs.copyFile("/d/f", "/new", options), fs)[0], textOf(fs, "/new")]
    }
    expect(copied({})).toEqual(["ok", "text"])
    expect(copied({ exclusive: true })).toEqual(["EEXIST", ""])
  })

  it("leaves no new file that it cannot examine", () => {
    const fs = open(({ files }) => ({ files: { ...files, identity: () => fail("EIO") } }))
    const left = [fs.copyFile("/d/f", "/new"), fs.copy("/d/f", "/new")].map((copying) => [
      failure(() => copying, fs)[0],
      failure((fs) => Program.sync(() => void fs.stat("/new")), fs)[0]
    ])
    expect(left).toEqual([["EIO", "ENOENT"], ["EIO", "ENOENT"]])
  })

  /** What `copyFile` does to the existing file "/there", with its mode and its size at that time. */
  const changing = (change: (files: Files) => Partial<Files> = () => ({})) => {
    const changes: Array<string> = []
    const fs = open(({ files }) => {
      const note = (what: string, file: OpenNode): void => {
        const { mode, size } = files.getattr(file)
        changes.push(`${what} ${(mode & 0o7777).toString(8)} ${size}`)
      }
      return {
        files: {
          ...files,
          write: (file, ...rest) => {
            note("write", file)
            return files.write(file, ...rest)
          },
          truncate: (file, size) => {
            note(`truncate(${size})`, file)
            return files.truncate(file, size)
          },
          ...change(files)
        }
      }
    })
    /** The result of a copy from a file with a mode to one with another mode. */
    const after = (from: number, to: number, path = "/d/f") => {
      changes.length = 0
      fs.chmod(path, from)
      fs.chmod("/there", to)
      const [code] = failure((fs) => fs.copyFile(path, "/there"), fs)
      return [code, (fs.stat("/there").mode & 0o7777).toString(8), textOf(fs, "/there"), ...changes]
    }
    return { after, fs }
  }

  it("overwrites an existing file, and then cuts off what is left of its content", () => {
    const { after, fs } = changing()
    expect(after(0o600, 0o644)).toEqual(["ok", "600", "text", "write 600 5", "truncate(4) 600 5"])
    expect(after(0o600, 0o600)).toEqual(["ok", "600", "text", "write 600 4"])
    fs.chmod("/d/f", 0o600)
    Program.runSync(fs.writeFile("/d/f", new TextEncoder().encode("more text"), "w", 0o600))
    expect(after(0o600, 0o600)).toEqual(["ok", "600", "more text", "write 600 4"])
  })

  it("gives nobody access to the old content of a file that it overwrites", () => {
    const { after } = changing()
    expect(after(0o644, 0o600)).toEqual(["ok", "644", "text", "truncate(0) 600 5", "write 644 0"])
    expect(after(0o755, 0o711)).toEqual(["ok", "755", "text", "truncate(0) 711 4", "write 755 0"])
    expect(after(0o600, 0o777)).toEqual(["ok", "600", "text", "write 600 4"])
  })

  it("runs no old content with the set-id bits of the new one", () => {
    const { after } = changing()
    expect(after(0o4755, 0o4755)).toEqual(["ok", "755", "text", "truncate(0) 4755 5", "write 4755 0"])
    expect(after(0o4755, 0o4755, "/empty")).toEqual(["ok", "4755", "", "truncate(0) 4755 4"])
  })

  it("changes the times of a file that is and stays empty", () => {
    const { after, fs } = changing()
    expect(after(0o644, 0o644, "/empty")).toEqual(["ok", "644", "", "truncate(0) 644 5"])
    fs.utimes("/there", 1, 1)
    expect(after(0o644, 0o644, "/empty")).toEqual(["ok", "644", "", "truncate(0) 644 0"])
    expect(fs.stat("/there").mtimeMs).not.toBe(1_000)
  })

  it("empties an existing file if it cannot copy all of the content", () => {
    const fail = (): never => {
      throw Errno.make("EIO")
    }
    let written = 0
    const { after, fs } = changing(({ write }) => ({
      write: (file, bytes, position) => written++ === 0 ? write(file, bytes.subarray(0, 2), position) : fail()
    }))
    expect(after(0o600, 0o600)).toEqual(["EIO", "600", "", "truncate(0) 600 5"])
    expect(failure((fs) => fs.copyFile("/d/f", "/there"), changing(() => ({ read: fail, truncate: fail })).fs))
      .toEqual(["EIO", "copyfile", ["/d/f", "/there"]])
    expect(fs.stat("/there").size).toBe(0)
  })

  it("keeps the beginning of the new content if all of the old one is overwritten", () => {
    let most = Number.POSITIVE_INFINITY
    const { after, fs } = changing(({ write }) => ({
      write: (file, bytes, position) => {
        if ((position ?? 0) > 0) throw Errno.make("EIO")
        return write(file, bytes.subarray(0, most), position)
      }
    }))
    Program.runSync(fs.writeFile("/d/f", new TextEncoder().encode("longer text"), "w", 0o600))
    most = 6
    expect(after(0o600, 0o600)).toEqual(["EIO", "600", "longer"])
  })

  it("empties a large file first, and then only cuts off the copy if it fails", () => {
    const large = new Uint8Array((8 << 20) + 1)
    const { after, fs } = changing()
    Program.runSync(fs.writeFile("/there", large.subarray(1), "w", 0o600))
    expect(after(0o600, 0o600)).toEqual(["ok", "600", "text", "write 600 8388608", "truncate(4) 600 8388608"])
    Program.runSync(fs.writeFile("/there", large, "w", 0o600))
    expect(after(0o600, 0o600)).toEqual(["ok", "600", "text", "truncate(0) 600 8388609", "write 600 0"])
    const failing = changing(({ write }) => ({
      write: (file, bytes, position) => {
        if ((position ?? 0) > 0) throw Errno.make("EIO")
        return write(file, bytes.subarray(0, 2), position)
      }
    }))
    Program.runSync(failing.fs.truncate("/there", large.length))
    expect(failing.after(0o600, 0o600)).toEqual(["EIO", "600", "te", "truncate(0) 600 8388609"])
  })

  it("reports the failure of the copy if emptying the file fails, too", () => {
    const { fs } = changing(() => ({
      write: () => {
        throw Errno.make("ENOSPC")
      },
      truncate: () => {
        throw Errno.make("EIO")
      }
    }))
    fs.chmod("/there", 0o644)
    expect(failure((fs) => fs.copyFile("/d/f", "/there"), fs)).toEqual(["ENOSPC", "copyfile", ["/d/f", "/there"]])
  })

  it("reports a bug in the file system instead of the failure", () => {
    const fs = open(({ files }) => ({
      files: {
        ...files,
        write: () => {
          throw Errno.make("ENOSPC")
        },
        truncate: () => {
          throw new Error("a bug in truncate")
        }
      },
      unlink: () => {
        throw new Error("a bug in unlink")
      }
    }))
    expect(() => Program.runSync(fs.copyFile("/d/f", "/there"))).toThrow("a bug in truncate")
    expect(() => Program.runSync(fs.copyFile("/d/f", "/new"))).toThrow("a bug in unlink")
  })

  it.each([[undefined, [2]], [true, [2]], [false, [0]]])(
    "cuts off the old content if it may write over it, and otherwise empties the file first: %s",
    (canOverwrite, expected) => {
      const lengths: Array<number> = []
      const fs = open(({ files }) => ({
        ...canOverwrite === undefined ? {} : { canOverwrite: () => canOverwrite },
        files: {
          ...files,
          truncate: (file, length) => {
            lengths.push(length)
            return files.truncate(file, length)
          }
        }
      }))
      Program.runSync(fs.writeFile("/d/f", new Uint8Array(2), "w", 0o600))
      Program.runSync(fs.writeFile("/there", new Uint8Array(9), "w", 0o600))
      lengths.length = 0
      Program.runSync(fs.copyFile("/d/f", "/there"))
      expect(lengths).toEqual(expected)
      expect(fs.stat("/there").size).toBe(2)
    }
  )

  it("empties an existing file if the copy is interrupted", async () => {
    const controller = new AbortController()
    const { fs } = changing(({ write }) => ({
      write: (file, bytes, position) => {
        const value = Program.valueOf(write(file, bytes.subarray(0, 2), position))
        return Program.call((done) => {
          controller.abort()
          setImmediate(() => done({ value }))
        })
      }
    }))
    await expect(Program.runPromise(fs.copyFile("/d/f", "/there"), controller.signal)).rejects.toThrow("aborted")
    expect(fs.stat("/there").size).toBe(0)
  })

  it("never opens a fifo, socket or device, since that could wait", () => {
    const fs = open(() => ({
      openInode: () => {
        throw new Error("it was opened")
      }
    }))
    for (const path of ["/fifo", "/socket", "/device"]) {
      expect(failure((fs) => fs.copyFile(path, "/there"), fs)).toEqual(["EINVAL", "copyfile", [path, "/there"]])
    }
  })

  it("does not open a fifo that exists at the destination", () => {
    let opened = 0
    const fs = open((operations) => ({
      openInode: (inode, flags) => {
        opened++
        return operations.openInode(inode, flags)
      }
    }))
    expect(failure((fs) => fs.copyFile("/d/f", "/fifo"), fs)).toEqual(["EINVAL", "copyfile", ["/d/f", "/fifo"]])
    expect(opened).toBe(1)
  })

  it("only creates a new file if it is exclusive", () => {
    const exclusive = { exclusive: true }
    expect([of("/d/f", "/new", exclusive), of("/d/f", "/there", exclusive), of("/d/f", "/dang", exclusive)])
      .toEqual(["ok", "EEXIST copyfile", "EEXIST copyfile"])
    expect([of("/d/f", "/new/", exclusive), of("/d/f", "/dang"), of("/fifo", "/there", exclusive)])
      .toEqual(["EISDIR copyfile", "ok", "EEXIST copyfile"])
    expect([of("/fifo", "/new", exclusive), of("/d", "/new", exclusive)]).toEqual([
      "EINVAL copyfile",
      "EISDIR copyfile"
    ])
  })

  it("does not change a file that is copied over itself", () => {
    const fs = open()
    fs.utimes("/d/f", 1, 1)
    const before = fs.stat("/d/f")
    Program.runSync(fs.copyFile("/d/f", "/d/l"))
    expect([textOf(fs, "/d/f"), fs.stat("/d/f")]).toEqual(["text", before])
  })

  it("recognizes another file even if the file system gives all files the same number", () => {
    const fs = open(({ files }) => ({
      files: { ...files, getattr: (file) => ({ ...files.getattr(file), ino: 1, exactIno: 1n }) }
    }))
    Program.runSync(fs.copyFile("/d/f", "/there"))
    expect(textOf(fs, "/there")).toBe("text")
  })

  it("needs only write permission for an existing destination, and sets its mode", () => {
    const fs = open()
    Program.runSync(fs.copyFile("/d/f", "/writable"))
    expect([textOf(fs, "/writable"), fs.stat("/writable").mode & 0o7777]).toEqual(["text", 0o644])
  })

  it("keeps set-id bits if nothing is written", () => {
    const fs = open()
    Program.runSync(fs.copyFile("/empty", "/there"))
    Program.runSync(fs.copyFile("/empty", "/new"))
    expect([fs.stat("/there").mode & 0o7777, fs.stat("/new").mode & 0o7777]).toEqual([0o4755, 0o4755])
  })

  it("fails if closing the destination fails, but not if closing the source fails", () => {
    const failing = (fails: (written: boolean) => boolean) =>
      open(({ files }) => ({
        files: {
          ...files,
          close: (file, written) => {
            const closed = files.close(file, written)
            if (fails(written)) throw Errno.make("EIO")
            return closed
          }
        }
      }))
    for (const to of ["/new", "/there"]) {
      expect(failure((fs) => fs.copyFile("/d/f", to), failing((written) => written))).toEqual(["EIO", "close", []])
      expect(failure((fs) => fs.copyFile("/d/f", to), failing((written) => !written))).toEqual(["ok"])
    }
    expect(failure((fs) => fs.copy("/d/f", "/new"), failing((written) => !written))).toEqual(["ok"])
    const closed: Array<boolean> = []
    const counting = failing((written) => {
      closed.push(written)
      return false
    })
    for (const to of ["/new", "/there"]) Program.runSync(counting.copyFile("/d/f", to))
    expect(closed).toEqual([true, false, true, false])
  })

  it("stops at the size that a file has as soon as it is not empty any more", () => {
    let size = 0
    const fs = open(({ files }) => ({
      files: {
        ...files,
        getattr: (file) => ({ ...files.getattr(file), size }),
        read: (_, buffer) => {
          size = 6
          return Math.min(buffer.fill(97).length, 4)
        }
      }
    }))
    Program.runSync(fs.copyFile("/d/f", "/new"))
    expect(textOf(fs, "/new")).toBe("aaaaaa")
  })

  it("does not let the system copy a file whose size is 0", () => {
    const fs = open(({ files }) => ({
      files: {
        ...files,
        getattr: (file) => ({ ...files.getattr(file), size: 0 }),
        copyContent: () => {
          throw new Error("it was asked")
        }
      }
    }))
    Program.runSync(fs.copyFile("/d/f", "/new"))
    expect(textOf(fs, "/new")).toBe("text")
  })
})
