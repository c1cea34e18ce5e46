/** Tests what copies refuse, in which order, and which call they report as failed. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import type { Node } from "../src/internal/memory/inode.js"
import { failure as failureIn, failures, type Fs, options } from "./failing.js"
import { built, type Operations } from "./handles.js"

const user = { uid: 1_000, gid: 1_000 }

const tree: MemoryTree.Tree = {
  "/": MemoryTree.directory(user),
  "/old": MemoryTree.directory(user),
  "/d": MemoryTree.directory({ ...user, mtime: new Date(2_000) }),
  "/d/e/f": MemoryTree.file("text", user),
  "/d/f": MemoryTree.file("text", { ...user, mtime: new Date(3_000) }),
  "/d/l": MemoryTree.link("f", user),
  "/empty": MemoryTree.file("", { ...user, mode: 0o4755 }),
  "/there": MemoryTree.file("there", user),
  "/full": MemoryTree.directory(user),
  "/full/f": MemoryTree.file("there", user),
  "/dang": MemoryTree.link("new", user),
  "/fifo": MemoryTree.fifo(user),
  "/socket": MemoryTree.socket(user),
  "/device": MemoryTree.device("CharacterDevice", 1, 3, user),
  "/small/f": MemoryTree.file("text", user),
  "/small/l": MemoryTree.link("f", user),
  "/old/f": MemoryTree.file("there", user),
  "/old/l": MemoryTree.link("there", user),
  "/wide/s/f": MemoryTree.file("text", user),
  "/wide/s": MemoryTree.directory({ ...user, mode: 0o711 }),
  "/over": MemoryTree.directory(user),
  "/over/s": MemoryTree.directory({ ...user, mode: 0o700 }),
  "/wrong": MemoryTree.directory(user),
  "/wrong/s": MemoryTree.file("", user),
  "/worse": MemoryTree.directory(user),
  "/worse/f/x": MemoryTree.file("", user),
  "/writable": MemoryTree.file("there", { ...user, mode: 0o200 }),
  "/readable": MemoryTree.file("", { mode: 0o444 }),
  "/secret": MemoryTree.file("", { mode: 0o200 }),
  "/closed": MemoryTree.directory()
}

const open = (change: (operations: Operations<Node>) => Partial<Operations<Node>> = () => ({})): Fs => {
  const { operations } = built(tree, user)
  return FileSystem.make({ ...operations, ...change(operations) }, options)
}

const failure = (run: (fs: Fs) => Program.Program<void>, fs = open()) => failureIn(run, fs)

const textOf = (fs: Fs, path: string): string => new TextDecoder().decode(Program.runSync(fs.readFile(path)))

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

describe("copy", () => {
  it("refuses what Node refuses, for the same reasons", () => {
    const refused = (from: string, to: string, options?: FileSystem.CopyOptions) => {
      const [code, syscall, , reason] = failure((fs) => fs.copy(from, to, options))
      return [code, syscall, reason]
    }
    expect(refused("/d", "/new", { recursive: false }))
      .toEqual(["ERR_FS_EISDIR", "cp", "/d is a directory (not copied)"])
    expect(refused("/d/f", "/new", { recursive: false })).toEqual(["ok", undefined, undefined])
    expect(refused("/d/f", "/there", { errorOnExist: true })).toEqual([
      "ERR_FS_CP_EEXIST",
      "cp",
      "/there already exists"
    ])
    expect(refused("/d", "/full", { errorOnExist: true })).toEqual(["ERR_FS_CP_EEXIST", "cp", "/full/f already exists"])
    expect(refused("/d/f", "/there", { errorOnExist: true, overwrite: true })).toEqual(["ok", undefined, undefined])
    expect(refused("/d/f", "/there")).toEqual(["ok", undefined, undefined])
    expect(refused("/socket", "/new")).toEqual(["ERR_FS_CP_SOCKET", "cp", "cannot copy a socket file: /new"])
    expect(refused("/fifo", "/new")).toEqual(["ERR_FS_CP_FIFO_PIPE", "cp", "cannot copy a FIFO pipe: /new"])
    expect(refused("/device", "/new")).toEqual(["ERR_FS_CP_UNKNOWN", "cp", "cannot copy a device: /new"])
    expect(refused("/d", "/d")).toEqual(["ERR_FS_CP_EINVAL", "cp", "src and dest cannot be the same"])
    expect(refused("/d", "/d/e/new")).toEqual([
      "ERR_FS_CP_EINVAL",
      "cp",
      "cannot copy /d to a subdirectory of self /d/e/new"
    ])
    expect(refused("/d", "/there")).toEqual([
      "ERR_FS_CP_DIR_TO_NON_DIR",
      "cp",
      "cannot overwrite non-directory /there with directory /d"
    ])
    expect(refused("/there", "/d")).toEqual([
      "ERR_FS_CP_NON_DIR_TO_DIR",
      "cp",
      "cannot overwrite directory /d with non-directory /there"
    ])
  })

  it("refuses files in a tree that are the same as their copies, like fs.cp", () => {
    const fs = open()
    fs.unlink("/full/f")
    fs.link("/d/f", "/full/f")
    const code = "ERR_FS_CP_EINVAL"
    const reason = "src and dest cannot be the same"
    expect(failure((fs) => fs.copy("/d", "/full", { overwrite: true }), fs)).toEqual([code, "cp", ["/full/f"], reason])
    expect(failure((fs) => fs.copy("/d", "/full"), fs)).toEqual([code, "cp", ["/full/f"], reason])
    expect(fs.stat("/d/f").nlink).toBe(2)
  })

  it("refuses a link to the file that it would replace, like GNU cp", () => {
    const fs = open()
    const refused = (from: string, to: string) => {
      const [code, , paths, reason] = failure((fs) => fs.copy(from, to, { overwrite: true }), fs)
      return [code, paths, reason]
    }
    fs.symlink("../there", "/full/there")
    fs.link("/there", "/full/second")
    const code = "ERR_FS_CP_EINVAL"
    const reason = (from: string, to: string) => `cannot replace ${to} with ${from}, which is a link to it`
    expect(refused("/full/there", "/there")).toEqual([code, ["/there"], reason("/full/there", "/there")])
    expect(refused("/full/there", "/full/second"))
      .toEqual([code, ["/full/second"], reason("/full/there", "/full/second")])
    expect(refused("/full", ".")).toEqual([code, ["./there"], reason("/full/there", "./there")])
    expect(textOf(fs, "/there")).toBe("there")
    // Nothing is lost if the link leads elsewhere or nowhere, or if it is kept out.
    expect(refused("/full/there", "/full/f")).toEqual(["ok", undefined, undefined])
    expect(refused("/dang", "/d/f")).toEqual(["ok", undefined, undefined])
    expect(failure((fs) => fs.copy("/full/there", "/there"), fs)).toEqual(["ok"])
  })

  it.each([{ symlinks: "forbid" }, { containment: "beneath" }, { maxSymlinks: 0 }] as const)(
    "refuses it also if the link must not be followed: %j",
    (policy) => {
      const { operations } = built(tree, user)
      const fs = FileSystem.make(operations, { ...options, policy })
      fs.symlink("/there", "full/there")
      const copied = failure((fs) => fs.copy("full/there", "there", { overwrite: true }), fs)
      expect(copied.slice(0, 3)).toEqual(["ERR_FS_CP_EINVAL", "cp", ["there"]])
      expect(textOf(fs, "there")).toBe("there")
    }
  )

  it("refuses to remove directories unless it is recursive", () => {
    expect(failure((fs) => fs.remove("/d"))).toEqual(["ERR_FS_EISDIR", "rm", ["/d"], "is a directory"])
  })

  it("fails like the call that would create a dot", () => {
    expect(failure((fs) => fs.copy("/d", "/new/."))).toEqual(["EEXIST", "mkdir", ["/new/."]])
    expect(failure((fs) => fs.copy("/d/l", "/new/."))).toEqual(["EEXIST", "symlink", ["/d/l", "/new/."]])
    expect(failure((fs) => fs.copy("/d/f", "/new/."))).toEqual(["EISDIR", "copyfile", ["/d/f", "/new/."]])
  })

  it("preserves times only if requested", () => {
    const times = (preserveTimestamps: boolean) => {
      const fs = open()
      Program.runSync(fs.copy("/d", "/new", { preserveTimestamps }))
      return ["/new", "/new/f"].flatMap((path) => [fs.stat(path).atimeMs, fs.stat(path).mtimeMs])
    }
    expect([times(true), times(false)]).toEqual([[2_000, 2_000, 3_000, 3_000], [0, 0, 0, 0]])
  })

  it("creates directories that nobody can enter who may not enter the source", () => {
    const modes: Array<number> = []
    const fs = open(({ mkdir }) => ({
      mkdir: (place, mode) => {
        modes.push(mode)
        mkdir(place, mode)
      }
    }))
    for (const mode of [0o700, 0o750, 0o555]) {
      fs.chmod("/wide/s", mode)
      Program.runSync(fs.copy("/wide/s", `/new-${mode}`))
      expect(fs.stat(`/new-${mode}`).mode & 0o7777).toBe(mode)
    }
    expect(modes).toEqual([0o700, 0o750, 0o755])
  })

  it("keeps existing files unless it may overwrite them, and always keeps the modes of directories", () => {
    const contents = (overwrite: boolean) => {
      const fs = open()
      const copies = [["/d/f", "/there"], ["/d/l", "/full/f"], ["/d/f", "/dang"], ["/wide", "/over"]] as const
      for (const [from, to] of copies) Program.runSync(fs.copy(from, to, { overwrite }))
      const types = ["/there", "/full/f", "/dang"].map((path) => fs.lstat(path).mode & 0o170000)
      return [...types, textOf(fs, "/there"), fs.stat("/over/s").mode & 0o7777, fs.exists("/over/s/f")]
    }
    const [file, link] = [0o100000, 0o120000]
    expect(contents(false)).toEqual([file, file, link, "there", 0o700, true])
    expect(contents(true)).toEqual([file, link, file, "text", 0o700, true])
  })

  it("does not replace files with directories or directories with files, even inside the tree", () => {
    const [code, , paths, reason] = failure((fs) => fs.copy("/wide", "/wrong", { overwrite: true }))
    expect([code, paths, reason]).toEqual([
      "ERR_FS_CP_DIR_TO_NON_DIR",
      ["/wrong/s"],
      "cannot overwrite non-directory /wrong/s with directory /wide/s"
    ])
    expect(failure((fs) => fs.copy("/d", "/worse", { overwrite: true }))[3])
      .toBe("cannot overwrite directory /worse/f with non-directory /d/f")
  })

  it("reports which of its paths does not resolve", () => {
    expect(failure((fs) => fs.copy("/none", "/new"))).toEqual(["ENOENT", "lstat", ["/none"]])
    expect(failure((fs) => fs.copy("/d", "/there/new"))).toEqual(["ENOTDIR", "lstat", ["/there/new"]])
    expect(failure((fs) => fs.copy("/d/f", "new"))).toEqual(["ok"])
    for (const [from, to] of [["/\0", "/new"], ["/d", "/\0"]] as const) {
      expect(() => Program.runSync(open().copy(from, to))).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" })
      )
    }
  })

  const calls = (run: (fs: Fs) => Program.Program<void>) => failures(tree, user, run)

  it("reports which call failed, and its paths", () => {
    expect(calls((fs) => fs.copy("/small", "/new", { preserveTimestamps: true }))).toEqual([
      "getattr: EIO cp /new",
      "getattr: EIO mkdir /",
      "mkdir: EIO mkdir /new",
      "child: EIO lstat /new",
      "readdir: EIO opendir /small",
      "child: EIO lstat /small/f",
      "peek: EIO lstat /new/f",
      "getattr: EIO lstat /small/f",
      "openInode: EIO copyfile /small/f,/new/f",
      "create: EIO copyfile /small/f,/new/f",
      "files.getattr: EIO copyfile /small/f,/new/f",
      "files.read: EIO copyfile /small/f,/new/f",
      "files.write: EIO copyfile /small/f,/new/f",
      "files.getattr: EIO copyfile /small/f,/new/f",
      "files.utimes: EIO copyfile /small/f,/new/f",
      "files.chmod: EIO copyfile /small/f,/new/f",
      "files.close: EIO close ",
      "files.close: ok",
      "child: EIO lstat /small/l",
      "peek: EIO lstat /new/l",
      "getattr: EIO lstat /small/l",
      "readlink: EIO readlink /small/l",
      "symlink: EIO symlink f,/new/l",
      "getattr: EIO utime /new",
      "utimes: EIO utime /new",
      "chmod: EIO chmod /new"
    ])
    expect(calls((fs) => fs.copy("/small", "/old", { overwrite: true }))).toEqual([
      "getattr: EIO cp /old",
      "getattr: EIO cp /old",
      "readdir: EIO opendir /small",
      "child: EIO lstat /small/f",
      "peek: EIO lstat /old/f",
      "getattr: EIO lstat /small/f",
      "mayCreate: EIO unlink /old/f",
      "openInode: EIO copyfile /small/f,/old/f",
      "unlink: EIO unlink /old/f",
      "create: EIO copyfile /small/f,/old/f",
      "files.getattr: EIO copyfile /small/f,/old/f",
      "files.read: EIO copyfile /small/f,/old/f",
      "files.write: EIO copyfile /small/f,/old/f",
      "files.getattr: EIO copyfile /small/f,/old/f",
      "files.chmod: EIO copyfile /small/f,/old/f",
      "files.close: EIO close ",
      "files.close: ok",
      "child: EIO lstat /small/l",
      "peek: EIO lstat /old/l",
      "getattr: EIO lstat /small/l",
      "readlink: EIO readlink /small/l",
      "unlink: EIO unlink /old/l",
      "symlink: EIO symlink f,/old/l"
    ])
  })
})
