/** Tests open files: their position, what they refuse, and what happens when they are closed. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import type * as InodeOperations from "@procfsroot/vfs/InodeOperations"
import { link } from "@procfsroot/vfs/MemoryTree"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { fail } from "../src/internal/errno.js"
import { options } from "./failing.js"
import { built } from "./handles.js"
import { exitOf, nextTurn, noTurns } from "./programs.js"

const { runSync } = Program

const fs = () => FileSystem.make(built({ "/file": "0123456789" }).operations, options)

const open = (flag: FileSystem.Flag = "r+") => Program.valueOf(fs().open("/file", flag, 0o600))

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

/** The code of a failure and its system call, or of a refused argument. */
const failureOf = (program: () => Program.Program<unknown>): string => {
  try {
    runSync(program())
    return "ok"
  } catch (thrown) {
    if (Errno.isErrno(thrown)) return `${thrown.code} ${thrown.syscall} ${thrown.paths.join()}`.trim()
    if (Errno.isBadArgument(thrown)) return thrown.code
    if (Errno.isWriteZero(thrown)) return thrown._tag
    throw thrown
  }
}

const failsLater = () => Program.call<never>((done) => queueMicrotask(() => done({ error: Errno.make("EIO") })))

/** The operations on an open file that its methods call, except `close`. */
const names = [
  "read",
  "write",
  "truncate",
  "nextData",
  "getattr",
  "getattrExact",
  "sync",
  "chmod",
  "chown",
  "utimes"
]

/** An open file of which each call is recorded, and does what `calls` says. */
const recording = (
  calls: Readonly<Record<string, (...args: ReadonlyArray<unknown>) => unknown>>,
  existing: ReadonlyArray<string> = names
) => {
  const made: Array<ReadonlyArray<unknown>> = []
  const operations = Object.fromEntries(
    [...existing, "close"].map((name) => [name, (_: unknown, ...args: ReadonlyArray<unknown>) => {
      made.push([name, ...args.map((arg) => arg instanceof Uint8Array ? arg.length : arg)])
      return calls[name]?.(...args)
    }])
  )
  // It has the functions that these tests call.
  const files = operations as unknown as Parameters<typeof FileSystem.openFile<string>>[0]
  return { made, file: (flag: FileSystem.Flag) => FileSystem.openFile(files, "open", flag, () => 1_500) }
}

describe("the position", () => {
  it("moves by what was read and written", () => {
    const file = open()
    expect(text(runSync(file.readAlloc(3)))).toBe("012")
    expect(runSync(file.write(bytes("ab")))).toBe(2)
    expect(text(runSync(file.readAlloc(2)))).toBe("56")
    expect(runSync(file.seek(0, "current"))).toBe(7n)
    expect(text(runSync(file.readToEnd()))).toBe("789")
    expect(runSync(file.readAlloc(4))).toHaveLength(0)
    expect(runSync(file.seek(0, "current"))).toBe(10n)
    expect(text(runSync(file.readAlloc(10, 0n)))).toBe("012ab56789")
    expect(runSync(file.seek(2, "start"))).toBe(2n)
    expect(runSync(file.seekWithin(4n, "start"))).toBe(4n)
  })

  it("stays where it is if a call has a position of its own", () => {
    const file = open()
    runSync(file.seek(1, "start"))
    expect(text(runSync(file.readAlloc(2, 5n)))).toBe("56")
    expect(runSync(file.write(bytes("x"), 9n))).toBe(1)
    expect(runSync(file.seek(2n, "current"))).toBe(3n)
    expect(text(runSync(file.readAlloc(20)))).toBe("345678x")
  })

  it("of a file that only appends stays at 0 while it writes", () => {
    const file = open("a+")
    runSync(file.writeAll(bytes("end")))
    expect(runSync(file.seek(0, "current"))).toBe(0n)
    expect(text(runSync(file.readToEnd()))).toBe("0123456789end")
    runSync(file.truncate(4))
    expect(runSync(file.seek(0, "current"))).toBe(13n)
  })

  it("moves back to the end of a file that was cut off", () => {
    const moved = open()
    runSync(moved.seek(8, "start"))
    runSync(moved.truncate(4))
    expect(runSync(moved.seek(0, "current"))).toBe(4n)
    runSync(moved.truncate(6))
    expect(runSync(moved.seek(0, "current"))).toBe(4n)
    runSync(moved.truncate(-1))
    expect(runSync(moved.stat()).size).toBe(0)
    expect(runSync(moved.seek(0, "current"))).toBe(0n)
  })

  it("is not used by calls at the shared position, which the system keeps", () => {
    const counts = [3, 2, 0]
    const { file, made } = recording({
      read: () => counts.shift() ?? 0,
      write: (data) => data instanceof Uint8Array ? Math.min(data.length, 4) : 0
    })
    const opened = file("r+")
    runSync(opened.seek(5, "start"))
    expect(runSync(opened.read(new Uint8Array(7), "shared"))).toBe(3)
    expect(runSync(opened.readToEnd("shared"))).toHaveLength(2)
    expect(runSync(opened.write(bytes("01234"), "shared"))).toBe(4)
    runSync(opened.writeAll(bytes("012345"), "shared"))
    expect(made.map(([name, , position]) => [name, position])).toEqual([
      ["read", undefined],
      ["read", undefined],
      ["read", undefined],
      ["write", undefined],
      ["write", undefined],
      ["write", undefined]
    ])
    expect(runSync(opened.seek(0, "current"))).toBe(5n)
  })

  it("that is not a whole number, or too large, makes the next call fail", () => {
    for (const offset of [1.5, Number.NaN, -1, 2n ** 63n, -(2n ** 63n)]) {
      const file = open()
      runSync(file.seek(offset, "start"))
      expect(failureOf(() => file.read(new Uint8Array(1)))).toBe("ERR_OUT_OF_RANGE")
      expect(failureOf(() => file.write(bytes("x")))).toBe("ERR_OUT_OF_RANGE")
      expect(failureOf(() => file.readToEnd())).toBe("ERR_OUT_OF_RANGE")
    }
  })

  it("can be set so that a bad one is refused and changes nothing", () => {
    const file = open()
    expect(runSync(file.seekWithin(3n, "start"))).toBe(3n)
    expect(runSync(file.seekWithin(2n, "current"))).toBe(5n)
    expect(failureOf(() => file.seekWithin(-6n, "current"))).toBe("ERR_OUT_OF_RANGE")
    expect(text(runSync(file.readAlloc(1)))).toBe("5")
    expect(failureOf(() => file.read(new Uint8Array(1), -1n))).toBe("ERR_OUT_OF_RANGE")
    expect(failureOf(() => file.write(bytes("x"), -1n))).toBe("ERR_OUT_OF_RANGE")
  })
})

describe("reading", () => {
  it("into an empty buffer makes no call", () => {
    const { file, made } = recording({ read: () => expect.unreachable() })
    expect(runSync(file("r").read(new Uint8Array(0)))).toBe(0)
    expect(runSync(file("r").read(new Uint8Array(0), 3n))).toBe(0)
    expect(made).toEqual([])
  })

  it("returns a buffer of the size that was read", () => {
    const file = open()
    const whole = runSync(file.readAlloc(4))
    expect([whole.length, whole.buffer.byteLength]).toEqual([4, 4])
    expect(runSync(file.readAlloc(100))).toHaveLength(6)
    expect(failureOf(() => file.readAlloc(-1))).toBe("ERR_OUT_OF_RANGE")
  })

  it("to the end counts what arrives later", async () => {
    const left = [3, 2, 0]
    const { file } = recording({
      read: () => Program.call((done) => queueMicrotask(() => done({ value: left.shift() ?? 0 })))
    })
    const opened = file("r")
    expect(await Program.runPromise(opened.readToEnd())).toHaveLength(5)
    expect(runSync(opened.seek(0, "current"))).toBe(5n)
    const failing = recording({ read: failsLater })
    await expect(Program.runPromise(failing.file("r").readToEnd())).rejects.toMatchObject({
      code: "EIO",
      syscall: "read",
      paths: []
    })
  })
})

describe("the data of a file", () => {
  it("is all up to its end where the system does not know its holes", () => {
    const { file } = recording({ getattr: () => ({ size: 10 }) }, names.filter((name) => name !== "nextData"))
    const opened = file("r")
    expect(runSync(opened.nextData(0n))).toEqual({ start: 0, end: 10 })
    expect(runSync(opened.nextData(9n))).toEqual({ start: 9, end: 10 })
    expect(runSync(opened.nextData(10n))).toBeUndefined()
    expect(runSync(opened.nextData(11n))).toBeUndefined()
  })
})

describe("writing", () => {
  it("goes on until everything is written", () => {
    const { file, made } = recording({ write: (data) => data instanceof Uint8Array ? Math.min(data.length, 4) : 0 })
    const opened = file("r+")
    runSync(opened.writeAll(bytes("0123456789")))
    expect(made).toEqual([["write", 10, 0], ["write", 6, 4], ["write", 2, 8]])
    expect(runSync(opened.seek(0, "current"))).toBe(10n)
  })

  it("continues after what an interrupted write has written", async () => {
    let end = () => {}
    const { file, made } = recording({
      write: (data) =>
        Program.call((done) => void (end = () => done({ value: data instanceof Uint8Array ? data.length : 0 })))
    })
    const opened = file("w")
    const writing = Program.start(opened.writeAll(bytes("first")), noTurns)
    writing.interrupt()
    end()
    expect(exitOf(writing)).toBe("Interrupted")
    const next = Program.runPromise(opened.writeAll(bytes("next")))
    end()
    await next
    expect(made).toEqual([["write", 5, 0], ["write", 4, 5]])
  })

  it("fails if the buffer is moved or cut off before everything is written", async () => {
    const shorten: ReadonlyArray<(bytes: Uint8Array<ArrayBuffer>) => unknown> = [
      ({ buffer }) => structuredClone(buffer, { transfer: [buffer] }),
      ({ buffer }) => buffer.resize(5)
    ]
    for (const waits of [true, false]) {
      for (const change of shorten) {
        const data = new Uint8Array(new ArrayBuffer(10, { maxByteLength: 10 }))
        let end = () => {}
        const { file, made } = recording({ write: () => Program.call((done) => void (end = () => done({ value: 4 }))) })
        const opened = file("w")
        // It waits for the one before it, so that its buffer changes before it begins.
        const first = waits ? Program.runPromise(opened.write(bytes("else"))) : undefined
        const writing = Program.runPromise(opened.writeAll(data))
        change(data)
        end()
        await first
        await expect(writing).rejects.toSatisfy(Errno.isWriteZero)
        expect(made).toEqual([["write", waits ? 4 : 10, 0]])
      }
    }
  })

  it("has no position where the kernel appends", () => {
    const { file, made } = recording({ write: () => 1 })
    runSync(file("a").writeAll(bytes("x")))
    expect(made).toEqual([["write", 1, undefined]])
  })

  it("nothing fails, since otherwise it would never end", () => {
    const { file } = recording({ write: () => 0 })
    expect(failureOf(() => file("w").writeAll(bytes("x")))).toBe("WriteZero")
    expect(failureOf(() => open().writeAll(bytes("")))).toBe("WriteZero")
    expect(failureOf(() => open().write(bytes("")))).toBe("ok")
  })
})

describe("a call", () => {
  it("names its system call when it fails", () => {
    const failing = () => fail("EIO")
    const { file } = recording(Object.fromEntries(names.map((name) => [name, failing])))
    const opened = file("r+")
    const calls: ReadonlyArray<readonly [string, () => Program.Program<unknown>]> = [
      ["read", () => opened.read(new Uint8Array(1))],
      ["read", () => opened.read(new Uint8Array(1), 1n)],
      ["write", () => opened.write(bytes("x"))],
      ["write", () => opened.write(bytes("x"), 1n)],
      ["fstat", () => opened.stat()],
      ["fstat", () => opened.statExact()],
      ["fsync", () => opened.sync()],
      ["fdatasync", () => opened.datasync()],
      ["ftruncate", () => opened.truncate(0)],
      ["lseek", () => opened.nextData(0n)],
      ["fchmod", () => opened.chmod(0o600)],
      ["fchown", () => opened.chown(1, 1)],
      ["futime", () => opened.utimes(0, 0)]
    ]
    for (const [name, call] of calls) expect(failureOf(call)).toBe(`EIO ${name}`)
  })

  it("passes its arguments on", () => {
    const { file, made } = recording({})
    const opened = file("r+")
    runSync(opened.chmod(0o640))
    runSync(opened.chown(1, 2))
    runSync(opened.utimes(new Date(5), 6))
    runSync(opened.truncate(7))
    expect(made).toEqual([["chmod", 0o640], ["chown", 1, 2], ["utimes", 0.005, 6], ["truncate", 7]])
  })

  it("refuses what no file can have", () => {
    const { file, made } = recording({})
    const opened = file("r+")
    expect(failureOf(() => opened.chmod(2 ** 32))).toBe("ERR_OUT_OF_RANGE")
    expect(failureOf(() => opened.chown(-2, 1))).toBe("ERR_OUT_OF_RANGE")
    expect(failureOf(() => opened.chown(1, 1.5))).toBe("ERR_OUT_OF_RANGE")
    expect(failureOf(() => opened.truncate(1.5))).toBe("ERR_OUT_OF_RANGE")
    expect(failureOf(() => opened.nextData(-1n))).toBe("ERR_OUT_OF_RANGE")
    expect(failureOf(() => opened.utimes(new Date(Number.NaN), 1))).toBe("EINVAL futime")
    expect(made).toEqual([])
  })

  it("waits for the one before it, since both move the position", async () => {
    const waiting: Array<() => void> = []
    const { file, made } = recording({
      read: () => Program.call((done) => void waiting.push(() => done({ value: 1 })))
    })
    const opened = file("r")
    const all = [1, 2].map((size) => Program.runPromise(opened.read(new Uint8Array(size))))
    await Promise.resolve()
    expect(made).toEqual([["read", 1, 0]])
    waiting.shift()?.()
    await all[0]
    expect(made).toEqual([["read", 1, 0], ["read", 2, 1]])
    waiting.shift()?.()
    expect(await Promise.all(all)).toEqual([1, 1])
  })

  it("that looks for data waits for one that moves the position, which the system can move meanwhile", async () => {
    let end: (answer: Program.Answer<number>) => void = () => {}
    const { file, made } = recording({ read: () => Program.call<number>((done) => void (end = done)) })
    const opened = file("r")
    const reading = Program.runPromise(opened.read(new Uint8Array(2), "shared"))
    const looking = Program.runPromise(opened.nextData(0n))
    await nextTurn()
    expect(made).toEqual([["read", 2, undefined]])
    end({ value: 2 })
    expect(await reading).toBe(2)
    expect(await looking).toBeUndefined()
    expect(made.at(-1)).toEqual(["nextData", 0])
  })
})

describe("extended attributes", () => {
  it("of an open file can be set, read, listed and removed", () => {
    const file = open()
    runSync(file.setExtendedAttribute("user.a", bytes("value")))
    expect(text(runSync(file.getExtendedAttribute("user.a")) ?? new Uint8Array())).toBe("value")
    expect(runSync(file.listExtendedAttributes())).toEqual(["user.a"])
    runSync(file.removeExtendedAttribute("user.a"))
    expect(runSync(file.getExtendedAttribute("user.a"))).toBeUndefined()
    expect(failureOf(() => file.removeExtendedAttribute("user.a"))).toBe("ENODATA fremovexattr")
    expect(failureOf(() => file.setExtendedAttribute("none.a", bytes("x")))).toBe("ENOTSUP fsetxattr")
  })

  it("need a name without NUL, and a file system that has them", () => {
    const { file } = recording({})
    const calls: ReadonlyArray<readonly [string, (name: string) => Program.Program<unknown>]> = [
      ["fgetxattr", (name) => file("r+").getExtendedAttribute(name)],
      ["fsetxattr", (name) => file("r+").setExtendedAttribute(name, bytes(""))],
      ["fremovexattr", (name) => file("r+").removeExtendedAttribute(name)]
    ]
    for (const [syscall, call] of calls) {
      expect(failureOf(() => call("user.\0"))).toBe("ERR_INVALID_ARG_VALUE")
      expect(failureOf(() => call("user.a"))).toBe(`ENOTSUP ${syscall}`)
    }
    expect(failureOf(() => file("r+").listExtendedAttributes())).toBe("ENOTSUP flistxattr")
  })
})

describe("a closed file", () => {
  it("fails with EBADF without a call, and has no file", () => {
    const { file, made } = recording({})
    const opened = file("r+")
    expect(opened.file).toBe("open")
    runSync(opened.close())
    expect(opened.file).toBeUndefined()
    expect(failureOf(() => opened.stat())).toBe("EBADF fstat")
    expect(failureOf(() => opened.read(new Uint8Array(1)))).toBe("EBADF read")
    expect(failureOf(() => opened.write(bytes("x")))).toBe("EBADF write")
    expect(failureOf(() => opened.readToEnd())).toBe("EBADF read")
    runSync(opened.close())
    expect(made).toEqual([["close", true]])
  })

  it("stays open until the call that uses it has ended", async () => {
    let end = () => {}
    const { file, made } = recording({
      sync: () => Program.call((done) => void (end = () => done({ value: undefined })))
    })
    const opened = file("r+")
    const syncing = Program.runPromise(opened.sync())
    await Promise.resolve()
    runSync(opened.close())
    expect(made).toEqual([["sync"]])
    end()
    await syncing
    expect(made).toEqual([["sync"], ["close", true]])
  })

  it("has ended when its descriptor is closed", async () => {
    const ends: Array<() => void> = []
    const waiting = () => Program.call<void>((done) => void ends.push(() => done({ value: undefined })))
    const { file, made } = recording({ close: waiting, sync: waiting })
    const [opened, log] = [file("r"), new Array<string>()]
    const closed = Program.runPromise(opened.close()).then(() => log.push("closed"))
    await nextTurn()
    expect([log, made]).toEqual([[], [["close", false]]])
    ends[0]?.()
    await closed
    // The last call that uses the file closes it, and ends after that.
    const other = file("r")
    const syncing = Program.runPromise(other.sync()).then(() => log.push("synced"))
    await nextTurn()
    runSync(other.close())
    ends[1]?.()
    await nextTurn()
    expect(log).toEqual(["closed"])
    ends[2]?.()
    await syncing
    expect(log).toEqual(["closed", "synced"])
  })

  it("fails as close if its descriptor cannot be closed, now or later", async () => {
    const { file } = recording({ close: () => fail("EIO") })
    expect(failureOf(() => file("w").close())).toBe("EIO close")
    const later = recording({ close: failsLater })
    await expect(Program.runPromise(later.file("w").close())).rejects.toMatchObject({
      code: "EIO",
      syscall: "close",
      paths: []
    })
  })
})

describe("the flag for directories", () => {
  const open = (path: string, flags: Partial<InodeOperations.OpenFlags>, noFollow = false) =>
    failureOf(() => {
      const fs = FileSystem.make(built({ "/d/f": "", "/l": link("d"), "/dangling": link("none") }).operations, options)
      return Program.valueOf(fs.open(path, { ...OpenFlags.fromFlag("r"), directory: true, ...flags }, 0o600, noFollow))
        .close()
    })

  it.each([
    ["a directory", "/d", {}, "ok"],
    ["a link to one", "/l", {}, "ok"],
    ["a file", "/d/f", {}, "ENOTDIR open /d/f"],
    ["no file", "/dangling", {}, "ENOENT open /dangling"],
    ["a directory to create", "/d", { create: true }, "EINVAL open /d"],
    ["a new name", "/new", { create: true, exclusive: true }, "EINVAL open /new"],
    ["a file without the flag", "/d/f", { directory: false, create: true }, "ok"]
  ])("%s", (_, path, flags, outcome) => {
    expect(open(path, flags)).toBe(outcome)
  })

  it("refuses a link that is not followed before O_NOFOLLOW does", () => {
    expect(open("/l", {}, true)).toBe("ENOTDIR open /l")
    expect(open("/l", { directory: false }, true)).toBe("ELOOP open /l")
  })
})
