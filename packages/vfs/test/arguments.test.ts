/** Tests what is refused before anything is looked up, and with which message. */
import { Arguments, Errno, FileSystem, Program } from "@procfsroot/vfs"
import { describe, expect, it } from "vitest"
import { options } from "./failing.js"
import { built } from "./handles.js"
import { memoryOf } from "./memory.js"

const fs = FileSystem.make(built({ "/file": "content" }).operations, options)

const { runSync } = Program
const { rootDirectory } = fs

const refused = (run: () => unknown): string => {
  try {
    run()
  } catch (thrown) {
    if (Errno.isBadArgument(thrown)) return `${thrown.code}: ${thrown.message}`
    if (Errno.isErrno(thrown)) return thrown.code
    throw thrown
  }
  return "not refused"
}

const file = () => Program.valueOf(fs.open("/file", "r+", 0))

describe("an argument that cannot be", () => {
  const outOf = (name: string, from: number, to: number, value: number) =>
    `ERR_OUT_OF_RANGE: The value of "${name}" must be a whole number from ${from} to ${to}, not ${value}`
  const withNul = (shown: string) =>
    `ERR_INVALID_ARG_VALUE: The argument must be a string without null bytes, not "${shown}"`
  const NO_ID = 2 ** 32 - 1
  const { MAX_SAFE_INTEGER } = Number

  it.each<[string, () => unknown, string]>([
    ["a NUL", () => fs.stat("/a\0"), withNul("/a\\u0000")],
    ["a NUL in a target", () => fs.symlink("\0", "/a"), withNul("\\u0000")],
    ["a NUL after a surrogate", () => fs.rename("/\ud800", "/\0"), withNul("/\\u0000")],
    [
      "a surrogate",
      () => fs.stat("/\ud800"),
      "EILSEQ: The argument must be text that can be encoded as bytes, not \"/\\ud800\""
    ],
    [
      "a character in two escapes",
      () => fs.stat("/\udcc3\udca9"),
      "EILSEQ: The argument must have characters in place of escaped bytes that are UTF-8, not \"/\\udcc3\\udca9\""
    ],
    ["a mode", () => fs.chmod("/file", -1), outOf("mode", 0, 2 ** 31 - 1, -1)],
    ["half a mode", () => fs.mkdir("/new", 0.5), outOf("mode", 0, 2 ** 31 - 1, 0.5)],
    ["a negative zero as mode", () => fs.chmod("/file", -0), "ERR_OUT_OF_RANGE: The value of \"mode\" must not be -0"],
    ["a uid", () => fs.chown("/file", -2, 0), outOf("uid", -1, NO_ID, -2)],
    ["a gid", () => fs.chown("/file", 0, NO_ID + 1), outOf("gid", -1, NO_ID, NO_ID + 1)],
    [
      "a time",
      () => fs.utimes("/file", Number.NaN, 0),
      "ERR_INVALID_ARG_TYPE: A time must be a finite number or a date"
    ],
    [
      "a length",
      () => runSync(fs.truncate("/file", 1.5)),
      outOf("len", Number.MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, 1.5)
    ],
    ["a size", () => runSync(file().readAlloc(2 ** 31)), outOf("size", 0, 2 ** 31 - 1, 2 ** 31)],
    ["a position", () => runSync(file().read(new Uint8Array(1), -1n)), outOf("position", 0, MAX_SAFE_INTEGER, -1)],
    [
      "a limit",
      () => runSync(rootDirectory.readFileBounded("/file", -1)),
      outOf("maxBytes", 0, 2 ** 31 - 1, -1)
    ]
  ])("%s", (_, run, message) => {
    expect(refused(run)).toBe(message)
  })

  it("is a number of bytes that is negative, or not a bigint and too large", () => {
    const accepted = [0, MAX_SAFE_INTEGER, 0n, 2n ** 64n]
    expect(accepted.map((most) => refused(() => Arguments.checkMost(most, "most")))).toEqual(
      accepted.map(() => "not refused")
    )
    for (const most of [-1, -1n, 2 ** 53, Number.NaN]) {
      expect(refused(() => Arguments.checkMost(most, "most"))).toBe(outOf("most", 0, MAX_SAFE_INTEGER, Number(most)))
    }
  })

  it("is refused only beyond its bounds", () => {
    const allowed: ReadonlyArray<() => unknown> = [
      () => fs.chmod("/file", 0),
      () => fs.chmod("/file", 2 ** 31 - 1),
      () => fs.chown("/file", -1, NO_ID),
      () => fs.utimes("/file", 0, new Date(0)),
      () => runSync(file().readAlloc(0)),
      () => runSync(file().read(new Uint8Array(1), 0n)),
      () => runSync(rootDirectory.readFileBounded("/file", 7))
    ]
    expect(allowed.map(refused)).toEqual(allowed.map(() => "not refused"))
  })
})

/** What a program in JavaScript can pass as data. */
const notBytes: ReadonlyArray<Uint8Array> = [
  ...JSON.parse(`[null, "text", 5, [1, 2], { "length": 3 }]`),
  Reflect.construct(ArrayBuffer, [3]),
  Reflect.construct(DataView, [new ArrayBuffer(3)]),
  Reflect.construct(Uint16Array, [3])
]

describe("data that is not bytes", () => {
  const { fileSystem: memory } = memoryOf({ "/file": "content" })
  const open = () => Program.valueOf(memory.open("/file", "r+", 0))

  it.each<[string, (data: Uint8Array) => unknown]>([
    ["writeFile", (data) => runSync(memory.writeFile("/file", data, "w", 0o666))],
    ["writeFileAtomic", (data) => runSync(memory.rootDirectory.writeFileAtomic("/file", data))],
    ["write", (data) => runSync(open().write(data))],
    ["write at a position", (data) => runSync(open().write(data, 2n))],
    ["writeAll", (data) => runSync(open().writeAll(data))],
    ["a write of an atomic file", (data) => runSync(runSync(memory.rootDirectory.openAtomic("/file")).write(data))]
  ])("is refused by %s, and the file keeps its content", (_, write) => {
    expect(notBytes.map((data) => refused(() => write(data))))
      .toEqual(notBytes.map(() => "ERR_INVALID_ARG_TYPE: The data must be a Uint8Array"))
    expect(new TextDecoder().decode(runSync(memory.readFile("/file")))).toBe("content")
    expect(runSync(memory.readDirectory("/", false))).toEqual(["file"])
  })

  it.each<[string, string, (data: Uint8Array) => unknown]>([
    ["setExtendedAttribute", "value", (value) => memory.rootDirectory.setExtendedAttribute("/file", "user.x", value)],
    ["setExtendedAttribute of a file", "value", (value) => runSync(open().setExtendedAttribute("user.x", value))],
    ["read", "buffer", (buffer) => runSync(open().read(buffer))],
    ["read at a position", "buffer", (buffer) => runSync(open().read(buffer, 2n))]
  ])("is refused by %s", (_, name, use) => {
    expect(notBytes.map((data) => refused(() => use(data))))
      .toEqual(notBytes.map(() => `ERR_INVALID_ARG_TYPE: The ${name} must be a Uint8Array`))
    expect(memory.rootDirectory.listExtendedAttributes("/file")).toEqual([])
  })
})
