/** Tests the directories of the roots of archives and processes, and of users to whom permissions apply. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import { temporary } from "../temporary.js"
import { bytes, type DirectoryEdition, directoryOf, outcome, pathsBelow } from "./world.js"

const attributes = { mtime: new Date(0), uid: 0, gid: 0 }

const tree = {
  "/home/open/f": "f",
  "/home/shut/f": "f",
  "/home/shut": { type: "Directory", mode: 0o700, ...attributes },
  "/home/sticky": { type: "Directory", mode: 0o1777, ...attributes },
  "/home/sticky/f": { type: "File", mode: 0o644, content: "root", ...attributes },
  "/home/mine": { type: "Directory", mode: 0o700, mtime: new Date(0), uid: 1_000, gid: 1_000 }
} as const

const ofUser = (memory: NonNullable<DirectoryEdition["memory"]>): void => {
  it("of an ordinary user refuses what the user must not do", () =>
    closing(memory(tree, { user: { uid: 1_000, gid: 1_000 } }), async (opened) => {
      const directory = directoryOf(opened)
      const walked = await directory.walkTree("/home")
      expect(walked.map(({ path, unreadable }) => [path, unreadable])).toEqual([
        ["mine", undefined],
        ["open", undefined],
        ["open/f", undefined],
        ["shut", "EACCES"],
        ["sticky", undefined],
        ["sticky/f", undefined]
      ])
      const data = bytes("x")
      expect(await outcome(directory.writeFileAtomic("/home/open/f", data))).toBe("EACCES")
      expect(await outcome(directory.writeFileAtomic("/home/sticky/f", data))).toBe("EPERM")
      expect(await opened.fs.readDirectory("/home/sticky")).toEqual(["f"])
      await directory.writeFileAtomic("/home/mine/f", data)
      expect(await directory.stat("/home/mine/f")).toMatchObject({ uid: 1_000, gid: 1_000, size: 1n })
      expect(await outcome(directory.lchown("/home/mine/f", 0, 0))).toBe("EPERM")
      expect(await outcome(directory.subRoot("/home/shut/f"))).toBe("EACCES")
      // O_PATH needs no permission for the directory itself.
      await closing(
        directory.subRoot("/home/shut"),
        async (inside) => expect(await outcome(inside.fs.readDirectory("/"))).toBe("EACCES")
      )
    }))
}

const ofArchive = (archive: NonNullable<DirectoryEdition["archive"]>): void => {
  it("of an archive reads the packed files, and can contain other roots", async () => {
    using place = temporary()
    const packed = `${place.path}/packed`
    Fs.mkdirSync(`${packed}/d/in`, { recursive: true })
    Fs.writeFileSync(`${packed}/d/in/f`, "content")
    Fs.symlinkSync("/in/f", `${packed}/d/l`)
    execFileSync("tar", ["--create", "--file", `${place.path}/tar`, "--directory", packed, "."])
    const opened = await archive(`${place.path}/tar`)
    const directory = directoryOf(opened)
    expect((await directory.walkTree("/")).map(({ path }) => path)).toEqual(pathsBelow(packed))
    expect(await directory.stat("/d/in/f")).toMatchObject({ type: "File", size: 7n, mountId: undefined })
    expect(await directory.readFileBounded("/d/in/f", { maxBytes: 7 })).toEqual(bytes("content"))
    expect(await outcome(directory.writeFileAtomic("/d/in/f", new Uint8Array(1)))).toBe("EROFS")
    expect(await outcome(directory.getExtendedAttribute("/d/in/f", "user.a"))).toBe("ENOTSUP")
    const failed = { pathOrDescriptor: "/d/in/f", syscall: "open" }
    await expect(directory.openDescriptor("/d/in/f")).rejects.toMatchObject({ ...failed, code: "ENOTSUP" })
    await expect(directory.subRoot("/d/in/f")).rejects.toMatchObject({ ...failed, code: "ENOTDIR" })
    const inside = await directory.subRoot("/d", { symlinks: "forbid" })
    const again = await directoryOf(inside).subRoot("/")
    const following = await directory.subRoot("/d")
    await opened.close()
    expect(await outcome(directory.stat("/d"))).toBe("EBADF")
    expect(await following.fs.readFileString("/../l")).toBe("content")
    expect(await following.root.resolve("/l")).toEqual({ ok: "/in/f" })
    expect(following.root.hostPath("/in")).toBe(opened.root.hostPath("/d/in"))
    for (const { fs } of [inside, again]) expect(await outcome(fs.readFileString("/l"))).toBe("ELOOP")
    for (const { close } of [inside, again, following]) await close()
    expect(await outcome(following.fs.readFileString("/in/f"))).toBe("EBADF")
  })
}

const ofProcess = (wormhole: NonNullable<DirectoryEdition["wormhole"]>): void => {
  it("of a process is the root directory of the process", () =>
    closing(wormhole(process.pid), async (opened) => {
      const { dev, ino } = Fs.statSync("/", { bigint: true })
      expect(await directoryOf(opened).stat("/")).toMatchObject({ dev, ino })
    }))
}

export const others = ({ archive, memory, wormhole }: DirectoryEdition): void => {
  describe("a root's directory", () => {
    if (memory !== undefined) ofUser(memory)
    if (archive !== undefined) ofArchive(archive)
    if (wormhole !== undefined) ofProcess(wormhole)
  })
}
