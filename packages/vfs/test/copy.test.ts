/** Tests what copies of trees refuse, in which order, and which call they report as failed. */
import type { Attributes } from "@procfsroot/vfs/Attributes"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { inBox, run } from "./box.js"
import { failures, type Fs, options } from "./failing.js"
import { built } from "./handles.js"
import { failure, open, textOf, tree, user } from "./toCopy.js"

const { runSync } = Program

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

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

  it("copies a directory into one above it, like fs.cp, even if that changes what it copies next", () => {
    const { memory: { fileSystem: fs }, operations } = inBox({ "/box/a/b/c/x": "1", "/box/a/b/b/c/x": "2" })
    runSync(fs.copy("/box", "/other"))
    const overwrite = true
    runSync(fs.copy("/other/a/b", "/other/a", { overwrite }))
    run(operations.copy("/a/b", "/a", { overwrite }))
    for (const root of ["/other", "/box"]) {
      const texts = ["b/b/c/x", "b/c/x", "c/x"].map((path) => decode(runSync(fs.readFile(`${root}/a/${path}`))))
      expect(texts).toEqual(["2", "2", "2"])
    }
  })

  it("refuses a directory that is moved into the source while it is filled", () => {
    const fs: Fs = open(({ readdir, ...operations }) => ({
      readdir: (directory) => {
        if (fs.exists("/full")) fs.rename("/full", "/d/full")
        return readdir(directory)
      },
      ...operations
    }))
    expect(failure((fs) => fs.copy("/d", "/full"), fs)).toEqual([
      "ERR_FS_CP_EINVAL",
      "cp",
      ["/full/full"],
      "cannot copy /d/full to a subdirectory of self /full/full"
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

  it("copies files of a file system that gives all of them the same inode number", () => {
    const fs = open((operations) => {
      const withoutNumber = (attributes: Attributes) => ({ ...attributes, ino: 0, exactIno: 0n })
      return {
        getattr: (inode) => withoutNumber(operations.getattr(inode)),
        peek: (place) => {
          const attributes = operations.peek(place)
          return attributes && withoutNumber(attributes)
        }
      }
    })
    expect(failure((fs) => fs.copy("/small", "/old", { overwrite: true }), fs)).toEqual(["ok"])
    expect(textOf(fs, "/old/f")).toBe("text")
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
      "child: EIO copyfile /small/f,/old/f",
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
