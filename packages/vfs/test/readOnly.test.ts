/** A read-only view passes on everything that only reads, and refuses the rest before it calls anything. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { built } from "./handles.js"

type Fs = FileSystem.FileSystem<number>
type Call = (...args: ReadonlyArray<unknown>) => unknown

/** Returns an object whose functions return their name and arguments. */
const recording = <T extends object>(known: Partial<T>): T =>
  new Proxy(known, {
    get: (known, name) =>
      name in known ? Reflect.get(known, name) : (...args: ReadonlyArray<unknown>) => [name, ...args]
  }) as T // it has every function that is called

const file = recording<FileSystem.File<number>>({ file: 3 })

const below = recording<Fs>({
  rootDirectory: recording<Fs["rootDirectory"]>({}),
  returning: recording<Fs["returning"]>({}),
  temporaryDirectory: "/tmp",
  open: () => file
})

const view = () => FileSystem.readOnly(below, () => {})

const outcomeOf = (run: () => unknown): unknown => {
  try {
    const value = run()
    return typeof value === "object" && value !== null && "next" in value
      ? Program.runSync(value as Program.Program<unknown>) // the view returns it
      : value
  } catch (thrown) {
    if (!Errno.isErrno(thrown)) throw thrown
    return thrown.code
  }
}

/** Returns the outcome of each function of an object, called with these arguments. */
const outcomes = (functions: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(functions).flatMap(([name, value]) =>
      typeof value === "function" ? [[name, outcomeOf(() => (value as Call)(1, 2, 3, 4))]] : []
    )
  )

/** The functions of `reading` are passed on, with this number of arguments. The others fail. */
const expected = (functions: object, reading: Readonly<Record<string, number>>, code = "EROFS") =>
  Object.fromEntries(
    Object.entries(functions).flatMap(([name, value]) => {
      const count = reading[name]
      const outcome = count === undefined ? code : [name, ...[1, 2, 3, 4].slice(0, count)]
      return typeof value === "function" ? [[name, outcome]] : []
    })
  )

describe("a read-only file system", () => {
  it("passes on operations that only read", () => {
    const fs = view()
    const reading = {
      exists: 4,
      lstat: 4,
      readDirectory: 4,
      readDirectoryEntries: 4,
      readFile: 4,
      readLink: 4,
      realPath: 4,
      stat: 4,
      watch: 4
    }
    const { access: _, open: __, ...rest } = fs
    expect(outcomes(rest)).toEqual(expected(rest, reading))
    expect(fs.temporaryDirectory).toBe("/tmp")
    const directory = {
      getExtendedAttribute: 4,
      listExtendedAttributes: 4,
      lstat: 4,
      readEntries: 4,
      readFileBounded: 4,
      stat: 4,
      statfs: 4,
      walkTree: 4
    }
    expect(outcomes(fs.rootDirectory)).toEqual(expected(fs.rootDirectory, directory))
    const { operations } = built({})
    const writer = { begin: String, end: () => {}, isAbandoned: () => false }
    const whole = FileSystem.make(operations, { directoryName: String, fileName: String, now: () => 0, writer })
    expect(Object.keys(fs.rootDirectory).toSorted()).toEqual(Object.keys(whole.rootDirectory).toSorted())
  })

  it("refuses checks for write access, and to open files for anything but reading", () => {
    const fs = view()
    const [reading, writing] = [{ readable: true, writable: false }, { readable: true, writable: true }]
    expect(outcomeOf(() => fs.access("/f", reading))).toEqual(["access", "/f", reading])
    expect(outcomeOf(() => fs.access("/f", writing))).toBe("EROFS")
    expect(outcomeOf(() => fs.returning.access("/f", reading))).toEqual(["access", "/f", reading])
    expect(fs.returning.access("/f", writing)).toMatchObject({ error: { code: "EROFS" } })
    for (const flag of ["r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"] as const) {
      expect([flag, outcomeOf(() => fs.open("/f", flag, 0))]).toEqual([flag, "EROFS"])
    }
    const flags = { read: true, write: false, append: false, create: false, exclusive: false, truncate: false }
    expect(Program.valueOf(fs.open("/f", flags, 0)).file).toBe(3)
    for (const one of ["write", "create", "truncate"]) {
      expect([one, outcomeOf(() => fs.open("/f", { ...flags, [one]: true }, 0))]).toEqual([one, "EROFS"])
    }
  })

  it("opens files with the flags that it has checked", () => {
    const answers = [false, true]
    const flags = {
      read: true,
      append: false,
      create: false,
      exclusive: false,
      truncate: false,
      get write() {
        return answers.shift() ?? true
      }
    }
    let passed: unknown
    const fileSystem = recording<Fs>({
      rootDirectory: recording<Fs["rootDirectory"]>({}),
      open: (_, flags) => {
        passed = flags
        return file
      }
    })
    FileSystem.readOnly(fileSystem, () => {}).open("/f", flags, 0)
    expect(passed).toMatchObject({ read: true, write: false })
  })

  it("fails with EBADF after its root is closed", () => {
    const closed = FileSystem.readOnly(below, () => {
      throw Errno.make("EBADF")
    })
    expect(outcomeOf(() => closed.mkdir("/d", 0))).toBe("EBADF")
    expect(outcomeOf(() => closed.remove("/d"))).toBe("EBADF")
    expect(closed.returning.access("/f", { readable: true, writable: true })).toMatchObject({
      error: { code: "EBADF" }
    })
  })
})

describe("a file of a read-only file system", () => {
  // The file is open for reading, so the system itself refuses to write to it.
  const passed = {
    close: 0,
    getExtendedAttribute: 1,
    listExtendedAttributes: 0,
    nextData: 1,
    read: 2,
    readAlloc: 2,
    readToEnd: 1,
    seek: 2,
    seekWithin: 2,
    stat: 0,
    statExact: 0,
    sync: 0,
    datasync: 0,
    truncate: 1,
    write: 2,
    writeAll: 2
  }

  it("refuses to change attributes", () => {
    const opened = Program.valueOf(view().open("/f", "r", 0))
    expect(outcomes(opened)).toEqual(expected(opened, passed))
  })

  it("fails with EBADF after it is closed", () => {
    const closed = FileSystem.readOnlyFile(recording<FileSystem.File<number>>({ file: undefined }))
    expect(closed.file).toBeUndefined()
    expect(outcomes(closed)).toEqual(expected(closed, passed, "EBADF"))
  })
})
