/** Tests what other packages share with the operations: paths as text, arguments, codes and read-only file systems. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Path from "@procfsroot/vfs/Path"
import * as Program from "@procfsroot/vfs/Program"
import { expect, it } from "vitest"
import * as args from "../src/internal/arguments.js"
import { fromNodeCode } from "../src/internal/errno.js"
import { memoryOf } from "./memory.js"

const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return Errno.isErrno(error) || Errno.isBadArgument(error) ? error.code : error
  }
}

it.each([
  ["/a/b", "/a/", "b", false],
  ["a//b//", "a//", "b", true],
  ["a", "", "a", false],
  ["/", "", "", true],
  ["//", "", "", true],
  ["", "", "", false],
  ["/a/..", "/a/", "..", false]
])("splits %s", (path, before, name, slash) => {
  expect(Path.split(path)).toEqual({ before, name, slash })
})

it("parses flags", () => {
  const wanted = { read: true, write: true, append: false, create: true, exclusive: true, truncate: true }
  expect(OpenFlags.fromFlag("wx+")).toEqual(wanted)
  expect(OpenFlags.fromFlag("r")).toMatchObject({ read: true, write: false, create: false })
})

it("refuses arguments that are not valid", () => {
  const range = "ERR_OUT_OF_RANGE"
  expect([-1, 2 ** 31, 1.5, 0o777].map((mode) => thrown(() => args.checkMode(mode))))
    .toEqual([range, range, range, undefined])
  expect([-2, 2 ** 32, -1, 2 ** 32 - 1].map((id) => thrown(() => args.checkIds(0, id))))
    .toEqual([range, range, undefined, undefined])
  expect([["\ud800", "\0"], ["\ud800"], ["\udcff"]].map((texts) => thrown(() => args.checkTexts(texts))))
    .toEqual(["ERR_INVALID_ARG_VALUE", "EILSEQ", undefined])
  expect([Number.NaN, -1, new Date(Number.NaN)].map((time) => thrown(() => args.checkTimes(0, time))))
    .toEqual(["ERR_INVALID_ARG_TYPE", undefined, undefined])
})

it("returns the errno for Node's own codes", () => {
  const codes = ["ERR_FS_CP_EINVAL", "ERR_FS_EISDIR", "ERR_FS_FILE_TOO_LARGE", "ERR_OUT_OF_RANGE", "toString"]
  expect(codes.map(fromNodeCode)).toEqual(["EINVAL", "EISDIR", "EFBIG", undefined, undefined])
})

it("a read-only file system refuses changes, with EBADF after it is closed", () => {
  const memory = memoryOf({ "/f": "text" })
  let closed = false
  const fileSystem = FileSystem.readOnly(memory.fileSystem, () => {
    if (closed) throw Errno.make("EBADF")
  })
  const changes = [
    () => fileSystem.mkdir("/d", 0o777),
    () => fileSystem.open("/f", "r+", 0),
    () => fileSystem.access("/f", { readable: false, writable: true }),
    () => Program.runSync(fileSystem.remove("/f")),
    () => Program.runSync(fileSystem.writeFile("/\0", new Uint8Array(), "w", 0))
  ]
  expect(changes.map(thrown)).toEqual(changes.map(() => "EROFS"))
  expect(Program.runSync(fileSystem.readFile("/f"))).toEqual(new TextEncoder().encode("text"))
  closed = true
  expect(changes.map(thrown)).toEqual(changes.map(() => "EBADF"))
})
