/** Tests the operations on a file system of host paths on trees in memory. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { expect, it } from "vitest"
import { ask, inBox, run, thrown } from "./box.js"

const tree: MemoryTree.Tree = {
  "/outside/secret": "secret",
  "/box/d/f": "text",
  "/box/d/out": MemoryTree.link("../../outside"),
  "/box/d/abs": MemoryTree.link("/d/f"),
  "/box/tmp": MemoryTree.directory(),
  "/box/fifo": MemoryTree.fifo()
}

it("finds files in the root", () => {
  const { operations } = inBox(tree)
  expect(run(operations.readFile("/d/abs"))).toBe("/box/d/f")
  expect(run(operations.realPath("../../d/abs"))).toBe("/d/f")
  expect(run(operations.open("/d/new", "w"))).toBe("/box/d/new")
  expect(run(operations.readLink("/d/out"))).toBe("../../outside")
  expect(run(operations.readDirectory("/d", true))).toEqual(["abs", "f", "out"])
})

it("copies links unchanged, and does not follow them", () => {
  const { memory, operations } = inBox(tree)
  run(operations.copy("/d", "/new/copy"))
  expect(memory.snapshot()).toMatchObject({
    "/box/new/copy/f": { content: "text" },
    "/box/new/copy/out": { target: "../../outside" },
    "/box/new/copy/abs": { target: "/d/f" }
  })
})

it("creates, copies and lists a tree that is too deep for recursion", () => {
  const names = Array.from({ length: 400 }, () => "d")
  const { memory, operations } = inBox({ "/box/tmp": MemoryTree.directory() })
  run(operations.makeDirectory(`/top/${names.join("/")}`, { recursive: true }))
  run(operations.copy("/top", "/copy"))
  expect(run(operations.readDirectory("/copy", true))).toHaveLength(400)
  expect(memory.snapshot()[`/box/copy/${names.join("/")}`]).toMatchObject({ type: "Directory" })
})

it("creates the copy of a directory with no more permissions than the directory has", () => {
  const modes: Array<number | undefined> = []
  const { memory, operations } = inBox({ "/box/d": MemoryTree.directory({ mode: 0o550 }) }, {
    makeDirectory: (path, mode) =>
      ask(() => {
        modes.push(mode)
        memory.fileSystem.mkdir(path, mode ?? 0o777)
      })
  })
  run(operations.copy("/d", "/copy"))
  expect([modes, memory.snapshot()["/box/copy"]]).toEqual([[0o750], expect.objectContaining({ mode: 0o550 })])
})

it("creates temporary files in the root", () => {
  const { memory, operations } = inBox(tree)
  const { path, remove } = run(operations.makeTempFile("tmp/x", ".txt"))
  expect(path).toMatch(/^tmp\/x\w{6}\/name\.txt$/)
  expect(memory.snapshot()).toHaveProperty([`/box/${path}`])
  run(remove({ recursive: true }))
  expect(Object.keys(memory.snapshot()).filter((name) => name.startsWith("/box/tmp/"))).toEqual([])
})

it("throws failures as data", () => {
  const { operations } = inBox(tree)
  expect([
    operations.stat("/missing"),
    operations.remove("/d"),
    operations.remove("/d/..", { recursive: true }),
    operations.copy("/d", "/d/below"),
    operations.copy("/d", "/d/f"),
    operations.copy("/d/f", "/d"),
    operations.copy("/fifo", "/copy"),
    operations.copyFile("/d/f", "/fifo"),
    operations.symlink("f", "/d/new/"),
    operations.link("/d/f", "/d/abs/"),
    operations.open("/d/", "w"),
    operations.rename("/d/..", "/e")
  ].map(thrown)).toEqual([
    ["ENOENT", undefined],
    ["ERR_FS_EISDIR", "rm"],
    ["ENOTEMPTY", "rmdir"],
    ["ERR_FS_CP_EINVAL", "cp"],
    ["ERR_FS_CP_DIR_TO_NON_DIR", "cp"],
    ["ERR_FS_CP_NON_DIR_TO_DIR", "cp"],
    ["ERR_FS_CP_FIFO_PIPE", "cp"],
    ["EINVAL", undefined],
    ["ENOENT", undefined],
    ["EEXIST", undefined],
    ["EISDIR", undefined],
    ["EBUSY", undefined]
  ])
  expect(thrown(operations.chmod("/d", -1))).toBe("ERR_OUT_OF_RANGE")
  expect(run(operations.remove("/missing", { force: true }))).toBeUndefined()
})

it("refuses paths that are too long because of slashes at their end", () => {
  const { memory, operations } = inBox(tree)
  const long = `/new${"/".repeat(4_096)}`
  expect([
    operations.makeDirectory(long, {}),
    operations.symlink("f", long),
    operations.rename("/d", long),
    operations.rename(long, "/d")
  ].map(thrown)).toEqual(Array.from({ length: 4 }, () => ["ENAMETOOLONG", undefined]))
  expect(memory.snapshot()).not.toHaveProperty(["/box/new"])
})

it("passes on a failure of the file system below that has no errno", () => {
  const error = new Error("no luck")
  const fail = () =>
    ask(() => {
      throw error
    })
  const { operations } = inBox(tree, { rename: fail })
  expect(thrown(operations.rename("/d", "/e"))).toMatchObject({ _tag: "Failure", error, errno: undefined, code: "EIO" })
})

it("refuses the calls of a closed file, and positions that the kernel keeps", () => {
  const file = HostFileSystem.openFile("r+")
  const refused = (call: () => void) => {
    try {
      return call()
    } catch (thrown) {
      return Errno.isErrno(thrown) ? [thrown.code, thrown.syscall] : Errno.isBadArgument(thrown) && thrown.code
    }
  }
  file.sought(-1n)
  expect(refused(() => file.read())).toBe("ERR_OUT_OF_RANGE")
  file.sought(0n)
  expect(refused(() => file.write())).toBeUndefined()
  file.close()
  expect([refused(() => file.read()), refused(() => file.stat())]).toEqual([["EBADF", "read"], ["EBADF", "fstat"]])
})
