/** Tests what `copyFile` refuses and keeps, in which order, and which call it reports as failed. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { failure, open, textOf } from "./toCopy.js"

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

  it("gives nobody access to the old content of a file that it overwrites", () => {
    const modes: Array<string> = []
    const fs = open(({ files }) => ({
      files: {
        ...files,
        truncate: (file, length) => {
          modes.push((files.getattr(file).mode & 0o7777).toString(8))
          return files.truncate(file, length)
        }
      }
    }))
    const after = (from: number, to: number) => {
      fs.chmod("/d/f", from)
      fs.chmod("/there", to)
      Program.runSync(fs.copyFile("/d/f", "/there"))
      return (fs.stat("/there").mode & 0o7777).toString(8)
    }
    expect([after(0o644, 0o600), after(0o600, 0o644), after(0o755, 0o711)]).toEqual(["644", "600", "755"])
    expect(modes).toEqual(["600", "600", "711"])
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
  })

  it("keeps a file that is copied over itself", () => {
    const fs = open()
    Program.runSync(fs.copyFile("/d/f", "/d/l"))
    expect(textOf(fs, "/d/f")).toBe("text")
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
