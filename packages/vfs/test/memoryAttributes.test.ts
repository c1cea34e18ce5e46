/** Tests the attributes of files in memory, and who can change them. */
import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { describe, expect, it } from "vitest"
import { flagsOf } from "../src/internal/openFlags.js"
import { codeOf } from "./failing.js"
import { built } from "./handles.js"

/** A group that the member is in, and the owner of files is not. */
const GROUP = 9

const owner = { uid: 7, gid: 7 }
const member = { uid: 7, gid: 7, groups: [GROUP] }
const other = { uid: 8, gid: 8, groups: [7, GROUP] }

/** Returns the operations on one file, and the file. */
const scene = (entry: MemoryTree.Entry, user?: MemoryTree.User) => {
  const { operations } = built({ "/x": entry }, user)
  const node = operations.child(operations.top(), "x")
  return { operations, node, found: () => operations.getattr(node) }
}

const file = (mode: number, of: { uid: number; gid: number } = owner) => MemoryTree.file("text", { mode, ...of })
const directory = (mode: number) => MemoryTree.directory({ mode, ...owner })

describe("attributes", () => {
  it("have the bits of the type, and a size in bytes and in blocks", () => {
    const of = (entry: MemoryTree.Entry) => {
      const { blksize, blocks, mode, rdev, size } = scene(entry).found()
      return [mode, size, blksize, blocks, rdev]
    }
    expect(of(MemoryTree.file("", { mode: 0o4755 }))).toEqual([0o104755, 0, 4096, 0, 0])
    expect(of(MemoryTree.file("a"))).toEqual([0o100644, 1, 4096, 8, 0])
    expect(of(MemoryTree.file("a".repeat(4096)))).toEqual([0o100644, 4096, 4096, 8, 0])
    expect(of(MemoryTree.file("a".repeat(4097)))).toEqual([0o100644, 4097, 4096, 16, 0])
    expect(of(directory(0o1777))).toEqual([0o041777, 4096, 4096, 0, 0])
    expect(of(MemoryTree.link("é"))).toEqual([0o120777, 2, 4096, 0, 0])
    expect(of(MemoryTree.fifo({ mode: 0o600 }))).toEqual([0o010600, 0, 4096, 0, 0])
    expect(of(MemoryTree.socket({ mode: 0o600 }))).toEqual([0o140600, 0, 4096, 0, 0])
    const device = (type: "CharacterDevice" | "BlockDevice") => MemoryTree.device(type, 8, 1, { mode: 0o600 })
    expect(of(device("CharacterDevice"))).toEqual([0o020600, 0, 4096, 0, DeviceNumber.make(8, 1)])
    expect(of(device("BlockDevice"))).toEqual([0o060600, 0, 4096, 0, DeviceNumber.make(8, 1)])
  })
})

/** The outcome of a call, and the permission bits after it. */
const after = (
  entry: MemoryTree.Entry,
  user: MemoryTree.User | undefined,
  call: (made: ReturnType<typeof scene>) => void
): string => {
  const made = scene(entry, user)
  const code = codeOf(() => call(made))
  return `${code} ${(made.found().mode & 0o7777).toString(8)}`
}

describe("a new file", () => {
  /** The mode, the owner and the group of what a user creates in a directory of the group `GROUP`. */
  const created = (above: number, user: MemoryTree.User, make: "create" | "link" | "mkdir", mode = 0o777) => {
    const top = MemoryTree.directory({ mode: above, uid: 0, gid: GROUP })
    const { operations, root } = built({ "/": top }, user)
    const place = { directory: root, name: "new", slash: false }
    if (make === "create") operations.create(place, flagsOf("w"), mode)
    else if (make === "mkdir") operations.mkdir(place, mode)
    else operations.symlink("target", place)
    const { gid, mode: made, uid } = operations.getattr(operations.child(root, "new"))
    return `${(made & 0o7777).toString(8)} ${uid}:${gid}`
  }
  const root = { uid: 0, gid: 0 }

  it("belongs to the user, with the mode that the umask leaves", () => {
    for (const make of ["create", "mkdir"] as const) {
      expect(created(0o777, owner, make)).toBe("755 7:7")
      expect(created(0o777, { ...owner, umask: 0o027 }, make)).toBe("750 7:7")
    }
    expect(created(0o777, { ...owner, umask: 0o027 }, "link")).toBe("777 7:7")
    expect(created(0o777, owner, "create", 0o6755)).toBe("6755 7:7")
    expect(created(0o777, owner, "mkdir", 0o7755)).toBe("1755 7:7")
  })

  it("gets the group of a directory with the set-group-id bit, and a directory gets the bit as well", () => {
    expect(created(0o2777, owner, "create")).toBe(`755 7:${GROUP}`)
    expect(created(0o2777, owner, "mkdir")).toBe(`2755 7:${GROUP}`)
    expect(created(0o2777, owner, "link")).toBe(`777 7:${GROUP}`)
    expect(created(0o2777, root, "mkdir")).toBe(`2755 0:${GROUP}`)
  })

  it("gets no set-group-id bit if the user is not in that group, unless the group may not execute it", () => {
    const modes = [root, member, owner].map((user) => created(0o2777, user, "create", 0o2755).split(" ")[0])
    expect(modes).toEqual(["2755", "2755", "755"])
    expect(created(0o2777, owner, "create", 0o2745).split(" ")[0]).toBe("2745")
    expect(created(0o2777, { ...owner, umask: 0o010 }, "create", 0o2755).split(" ")[0]).toBe("745")
  })
})

describe("chmod", () => {
  it("is for the owner and the superuser", () => {
    const chmod = (user?: MemoryTree.User) =>
      after(file(0o644), user, ({ node, operations }) => operations.chmod(node, 0o17755))
    expect([chmod(), chmod(owner), chmod(other)]).toEqual(["ok 7755", "ok 7755", "EPERM 644"])
  })

  it("removes the set-group-id bit if the user is not in the group", () => {
    const chmod = (user?: MemoryTree.User) =>
      after(file(0o644, { uid: 7, gid: GROUP }), user, ({ node, operations }) => operations.chmod(node, 0o6755))
    expect([chmod(), chmod(owner), chmod(member)]).toEqual(["ok 6755", "ok 4755", "ok 6755"])
  })
})

describe("chown", () => {
  const chown = (entry: MemoryTree.Entry, user: MemoryTree.User | undefined, uid: number, gid: number): string =>
    after(entry, user, ({ node, operations }) => operations.chown(node, uid, gid))

  it("to any ids is for the superuser", () => {
    const { found, node, operations } = scene(file(0o644))
    operations.chown(node, 1, -1)
    expect(found()).toMatchObject({ uid: 1, gid: 7 })
    operations.chown(node, -1, 2)
    expect(found()).toMatchObject({ uid: 1, gid: 2 })
    operations.chown(node, 0, 0)
    expect(found()).toMatchObject({ uid: 0, gid: 0 })
  })

  it("to a group of the user is for the owner", () => {
    const code = (user: MemoryTree.User, uid: number, gid: number, of = owner) =>
      chown(file(0o644, of), user, uid, gid).split(" ")[0]
    expect([code(owner, 7, 7), code(owner, 7, -1), code(owner, -1, 7)]).toEqual(["ok", "ok", "ok"])
    expect([code(owner, -1, GROUP), code(member, -1, GROUP), code(member, 7, GROUP)]).toEqual(["EPERM", "ok", "ok"])
    // The group that the file has already, even if the user is not in it.
    expect([code(owner, -1, GROUP, { uid: 7, gid: GROUP }), code(owner, 8, -1)]).toEqual(["ok", "EPERM"])
    expect([code(other, -1, 7), code(other, 7, -1), code(other, 8, 8)]).toEqual(["EPERM", "EPERM", "EPERM"])
    expect(code(other, -1, -1)).toBe("ok")
  })

  it("removes the set-id bits of files, but not the set-group-id bit of one that the group may not execute", () => {
    const group = { uid: 7, gid: GROUP }
    for (const [user, expected] of [[undefined, "ok 2745"], [member, "ok 2745"], [owner, "ok 745"]] as const) {
      expect(chown(file(0o6755, group), user, -1, -1)).toBe("ok 755")
      expect(chown(file(0o2745, group), user, -1, -1)).toBe(expected)
      expect(chown(directory(0o6777), user, -1, -1)).toBe("ok 6777")
    }
    expect(chown(file(0o6755), other, -1, -1)).toBe("EPERM 6755")
    expect(chown(directory(0o6777), other, -1, -1)).toBe("ok 6777")
  })

  it("is reported if it changes something", () => {
    const reported = (mode: number, uid: number, gid: number): number => {
      const { node, operations } = scene(file(mode))
      let events = 0
      operations.watch(node, { happened: () => void events++, failed: () => expect.unreachable() })
      node.ctime = -1
      operations.chown(node, uid, gid)
      expect(node.ctime).toBe(0)
      return events
    }
    expect([reported(0o644, -1, -1), reported(0o4755, -1, -1), reported(0o644, 1, -1), reported(0o644, -1, 1)])
      .toEqual([0, 1, 1, 1])
  })
})

describe("writing", () => {
  it("removes the set-id bits, except for the superuser", () => {
    const write = (mode: number, user?: MemoryTree.User) =>
      after(file(mode, { uid: 7, gid: GROUP }), user, ({ node, operations }) => {
        const opened = operations.openInode(node, flagsOf("r+"))
        if (!("node" in opened)) throw new Error("it is not open yet")
        operations.files.write(opened, new Uint8Array(1), 0)
      })
    expect([write(0o6755), write(0o6755, owner), write(0o2745, owner), write(0o2745, member)])
      .toEqual(["ok 6755", "ok 755", "ok 745", "ok 2745"])
  })
})

describe("times", () => {
  const utimes = (atime: number, mtime: number) => {
    const { found, node, operations } = scene(file(0o644))
    const code = codeOf(() => operations.utimes(node, atime, mtime))
    const { atimeMs, mtimeMs } = found()
    return code === "ok" ? [atimeMs, mtimeMs] : code
  }

  it("are kept as the nearest time that a Date has", () => {
    expect(utimes(1.5, -2)).toEqual([1_500, -2_000])
    expect(utimes(2 ** 62, -(2 ** 62))).toEqual([8.64e15, -8.64e15])
    expect(utimes(8.64e12, 8.64e12 + 1)).toEqual([8.64e15, 8.64e15])
  })

  it("are refused if the kernel has no such number", () => {
    for (const time of [2 ** 63, -(2 ** 63), Number.NaN, Infinity]) {
      expect([utimes(time, 1), utimes(1, time)]).toEqual(["EINVAL", "EINVAL"])
    }
  })

  it("are set by the owner and the superuser", () => {
    const code = (user?: MemoryTree.User) =>
      after(file(0o666), user, ({ node, operations }) => operations.utimes(node, 1, 1))
    expect([code(), code(owner), code(other)]).toEqual(["ok 666", "ok 666", "EPERM 666"])
  })
})
