/** `root.directorySync`: the operations of `root.directory` without promises, and open files for `node:fs`. */
import { link, openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import type { RootDirectory, RootDirectorySync } from "@procfsroot/node/RootDirectory"
import { without } from "@procfsroot/testkit/judges"
import { userAttributes } from "@procfsroot/testkit/rootDirectory/userAttributes"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const tree = { "/d/f": "content", "/d/g": "other", "/l": link("/d/f") }

const box = () => {
  const place = temporary()
  Fs.mkdirSync(`${place.path}/d`)
  Fs.writeFileSync(`${place.path}/d/f`, "content")
  Fs.writeFileSync(`${place.path}/d/g`, "other")
  Fs.symlinkSync("/d/f", `${place.path}/l`)
  return place
}

const openings: ReadonlyArray<readonly [name: string, open: (place: string) => Promise<OpenRoot>]> = [
  ["on a disk", (place) => openRoot(place)],
  ["on a disk, by the walk", (place) => openRoot(place, { strategy: "walk" })],
  ["on a disk, without native calls", (place) => openRoot(place, { native: "none" })],
  ["in memory", async () => openMemoryRoot(tree)]
]

const uid = process.getuid?.() ?? 0
const gid = process.getgid?.() ?? 0

/** Calls that succeed, and calls that fail. */
const calls: Readonly<Record<string, (directory: RootDirectory | RootDirectorySync) => unknown>> = {
  stat: (directory) => directory.stat("/l"),
  "stat of a missing file": (directory) => directory.stat("/none"),
  lstat: (directory) => directory.lstat("/l"),
  "lstat below a file": (directory) => directory.lstat("/d/f/x"),
  lchown: (directory) => directory.lchown("/l", uid, gid),
  "lchown of a missing file": (directory) => directory.lchown("/none", uid, gid),
  lutimes: (directory) => directory.lutimes("/l", 1_000_000_001n, 2_000_000_000n),
  "lutimes without a time": (directory) => directory.lutimes("/l", Number.NaN, 0),
  "rename to a name that exists": (directory) => directory.rename("/d/f", "/d/g", { mode: "noreplace" }),
  "rename of a missing file": (directory) => directory.rename("/none", "/d/g", { mode: "replace" }),
  "makeNode where there is a file": (directory) => directory.makeNode("/d/f", { type: "FIFO" }),
  "an attribute of a missing file": (directory) => directory.getExtendedAttribute("/none", "user.a"),
  "an attribute without a namespace": (directory) => directory.setExtendedAttribute("/d/f", "a", new Uint8Array(1)),
  "the attributes of a file": (directory) => directory.listExtendedAttributes("/d/f"),
  "an attribute that is not there": (directory) => directory.removeExtendedAttribute("/d/f", "user.none"),
  "statfs of a missing file": (directory) => directory.statfs("/none")
}

const outcomeOf = async (call: () => unknown): Promise<unknown> => {
  try {
    return await call()
  } catch (error) {
    return error
  }
}

const codeOf = (call: () => unknown): unknown => {
  try {
    call()
    return "done"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // all errors of these functions have Node's form
  }
}

describe.each(openings)("a root %s", (_, open) => {
  it.for(Object.entries(calls))("answers as with promises: %s", async ([, call]) => {
    using place = box()
    await using root = await open(place.path)
    const { directory, directorySync } = root
    const promised = await outcomeOf(() => call(directory))
    const now = await outcomeOf(() => {
      const answer = call(directorySync)
      expect(answer).not.toBeInstanceOf(Promise)
      return answer
    })
    expect(now).toEqual(promised)
    // `toEqual` compares only the messages of errors.
    expect({ ...now as object }).toEqual({ ...promised as object })
  })

  it("renames, and creates special files", async () => {
    using place = box()
    await using root = await open(place.path)
    const { directorySync, sync } = root
    directorySync.rename("/d/f", "/d/g", { mode: "replace" })
    expect([sync.existsSync("/d/f"), sync.statSync("/d/g").size]).toEqual([false, 7])
    expect(codeOf(() => directorySync.makeNode("/d/fifo", { type: "FIFO" }, { mode: 0o600 }))).toBe(
      root.strategy.native?.name === "none" ? "ENOTSUP" : "done"
    )
  })

  it("fails when it is closed", async () => {
    using place = box()
    const root = await open(place.path)
    await root.close()
    expect(codeOf(() => root.directorySync.lstat("/l"))).toBe("EBADF")
    expect(codeOf(() => root.directorySync.openFile("/l"))).toBe("EBADF")
  })
})

describe.each(openings.slice(0, -1))("a file opened %s", (_, open) => {
  it("has a descriptor for node:fs, and stays open after its root is closed", async () => {
    using place = box()
    const root = await open(place.path)
    using file = root.directorySync.openFile("/l")
    using made = root.directorySync.openFile("/d/new", { flag: "wx", mode: 0o640 })
    await root.close()
    expect(Fs.readFileSync(file.fd, "utf8")).toBe("content")
    Fs.writeSync(made.fd, "new")
    made.chmod(0o604)
    made.chown(uid, gid)
    made.utimes(1_000_000_000n, 2_000_000_000_000n)
    const { atimeNs, mode, mtimeNs, size } = Fs.statSync(`${place.path}/d/new`, { bigint: true })
    expect([Number(mode), Number(size)]).toEqual([0o100604, 3])
    // Without native calls, times are exact only to the microsecond.
    expect([atimeNs / 1_000n, mtimeNs / 1_000n]).toEqual([1_000_000n, 2_000_000_000n])
    expect([made.nextData(0), made.nextData(3)]).toEqual([{ start: 0, end: 3 }, undefined])
    expect(codeOf(() => made.nextData(-1))).toBe("ERR_OUT_OF_RANGE")
    const { fd } = made
    made.close()
    expect(codeOf(() => Fs.fstatSync(fd))).toBe("EBADF")
  })

  it("is closed once, and then fails", async () => {
    using place = box()
    await using root = await open(place.path)
    const file = root.directorySync.openFile("/d/f")
    const { fd } = file
    file.close()
    file.close()
    expect(file.fd).toBe(-1)
    expect(codeOf(() => Fs.fstatSync(fd))).toBe("EBADF")
    for (const call of [() => file.chmod(0o600), () => file.nextData(0), () => file.listExtendedAttributes()]) {
      expect(codeOf(call)).toBe("EBADF")
    }
  })

  it("reports an error when it is closed, but not at the end of a block", async () => {
    using place = box()
    await using root = await open(place.path)
    const file = root.directorySync.openFile("/d/f")
    Fs.closeSync(file.fd)
    expect(codeOf(() => file.close())).toBe("EBADF")
    const ended = () => {
      using file = root.directorySync.openFile("/d/f")
      Fs.closeSync(file.fd)
      throw Object.assign(new Error(), { code: "ENDED" })
    }
    expect(codeOf(ended)).toBe("ENDED")
  })

  it("is opened as with openSync", async () => {
    using place = box()
    await using root = await open(place.path)
    const { directorySync } = root
    expect(codeOf(() => directorySync.openFile("/d/none"))).toBe("ENOENT")
    expect(codeOf(() => directorySync.openFile("/d/f", { flag: "wx" }))).toBe("EEXIST")
    expect(codeOf(() => directorySync.openFile("/l", { flag: Fs.constants.O_NOFOLLOW }))).toBe("ELOOP")
    expect(codeOf(() => directorySync.openFile("/d/f", { flag: "x" }))).toBe("ERR_INVALID_ARG_VALUE")
    expect(codeOf(() => directorySync.openFile("/d/none/", { flag: "w" }))).toBe("EISDIR")
  })
})

describe.skipIf(without(nativeCalls, userAttributes))("extended attributes of an open file", () => {
  it("belong to it even after it is renamed", async () => {
    using place = box()
    await using root = await openRoot(place.path)
    using file = root.directorySync.openFile("/d/f", { flag: "r+" })
    root.sync.renameSync("/d/f", "/d/moved")
    file.setExtendedAttribute("user.a", Uint8Array.of(0, 255))
    expect(file.listExtendedAttributes()).toContain("user.a")
    expect(file.getExtendedAttribute("user.a")).toEqual(Uint8Array.of(0, 255))
    expect(root.directorySync.getExtendedAttribute("/d/moved", "user.a")).toEqual(Uint8Array.of(0, 255))
    file.removeExtendedAttribute("user.a")
    expect(file.getExtendedAttribute("user.a")).toBeUndefined()
    expect(codeOf(() => file.removeExtendedAttribute("user.a"))).toBe("ENODATA")
  })
})

it("a read-only root opens files only for reading, and does not change their attributes", async () => {
  using place = box()
  await using root = await openRoot(place.path, { readOnly: true })
  expect(codeOf(() => root.directorySync.openFile("/d/f", { flag: "r+" }))).toBe("EROFS")
  using file = root.directorySync.openFile("/d/f")
  expect(codeOf(() => file.chmod(0o600))).toBe("EROFS")
  expect(codeOf(() => file.utimes(1, 1))).toBe("EROFS")
  expect(codeOf(() => root.directorySync.lutimes("/l", 1, 1))).toBe("EROFS")
  expect(Fs.readFileSync(file.fd, "utf8")).toBe("content")
})

it("a tree in memory has no descriptors", async () => {
  await using root = openMemoryRoot(tree)
  expect(codeOf(() => root.directorySync.openFile("/d/f"))).toBe("ENOTSUP")
})
