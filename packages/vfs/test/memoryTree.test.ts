/** Tests how trees are built from data, changed, and come back as data. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { freeze, thaw } from "../src/internal/memory/freeze.js"
import type { Directory } from "../src/internal/memory/inode.js"
import { Call } from "../src/internal/program.js"
import { codeOf, thrownBy } from "./failing.js"
import { built } from "./handles.js"
import { noTurns } from "./programs.js"
import { memoryOf, observing } from "./memory.js"

const { directory, device, file, hardLink, lazyFile, link, mount } = MemoryTree
const { runSync } = Program

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe("a tree is refused", () => {
  const sameName = "another entry has the same path"
  it.each<readonly [why: string, path: string, tree: MemoryTree.Tree]>([
    ["no block device has the numbers 4096 and 0", "/x", { "/x": device("BlockDevice", 4_096, 0) }],
    ["no character device has the numbers -1 and 0", "/x", { "/x": device("CharacterDevice", -1, 0) }],
    ["no character device has the numbers 1 and 0.5", "/x", { "/x": device("CharacterDevice", 1, 0.5) }],
    ["no block device has the numbers 0 and 1048576", "/x", { "/x": device("BlockDevice", 0, 1_048_576) }],
    ["no user and group have the numbers -1 and 0", "/x", { "/x": file("", { uid: -1 }) }],
    ["no user and group have the numbers 0 and 4294967295", "/x", { "/x": directory({ gid: 0xffff_ffff }) }],
    ["no user and group have the numbers 1.5 and 0", "/", { "/": directory({ uid: 1.5 }) }],
    ["its mtime is not a date", "/x", { "/x": link("y", { mtime: new Date(Number.NaN) }) }],
    ["its content cannot be encoded as bytes", "/x", { "/x": "\ud800" }],
    ["a link needs a target", "/x", { "/x": link("") }],
    ["its target contains a character that no path can contain", "/x", { "/x": link("a\0") }],
    ["its target contains a character that no path can contain", "/x", { "/x": link("\ud800") }],
    ["its target contains a character that no path can contain", "/x", { "/x": link("\udcc3\udca9") }],
    ["it contains a character that no name can contain", "/\udcc3\udca9", { "/\udcc3\udca9": "" }],
    ["a target can have at most 4,095 bytes", "/x", { "/x": link("t".repeat(4_096)) }],
    ["there is no file for it to link to", "/x", { "/x": hardLink("/y"), "/d": directory() }],
    ["there is no file for it to link to", "/x", { "/x": hardLink("/d"), "/d": directory() }],
    ["there is no file for it to link to", "/x", { "/x": hardLink("/f/y"), "/f": "" }],
    ["there is no file for it to link to", "/x", { "/x": hardLink("/none/y"), "/f": "" }],
    ["only a directory can be there", "/", { "/": hardLink("/f"), "/f": "" }],
    ["only a directory can be there", "/x/", { "/x/": hardLink("/f"), "/f": "" }],
    [sameName, "//g", { "//g": hardLink("/f"), "/f": "", "/g": "" }],
    [sameName, "//f", { "/f": "", "//f": "" }],
    [sameName, "//f", { "/f": "", "//f": directory() }],
    [sameName, "//d", { "/d": directory(), "//d": directory() }],
    ["other entries use it as a directory", "/d", { "/d/f": "", "/d": "" }],
    ["\"/f\" is not a directory", "/f/g", { "/f": "", "/f/g": "" }],
    ["\"/d/f\" is not a directory", "/d/f/g/h", { "/d/f": "", "/d/f/g/h": "" }],
    ["a slash follows it, but it is not a directory", "/f/", { "/f/": "" }]
  ])("because %s: %s", (why, path, tree) => {
    expect(MemoryTree.make(tree)).toEqual({ _tag: "Invalid", path, why })
  })
})

describe("a tree of a program in JavaScript is refused", () => {
  const noEntry = "it is neither text, bytes nor an entry such as directory(); name each file by its whole path"
  it.each<readonly [why: string, value: unknown]>([
    [noEntry, { port: 8080 }],
    [noEntry, { type: "Link", target: "y" }],
    [noEntry, null],
    [noEntry, 5],
    ["its content is neither text nor bytes", Reflect.apply(file, undefined, [undefined])],
    ["its content is neither text nor bytes", Reflect.apply(file, undefined, [5])],
    ["its content is neither text nor bytes", { ...file(""), content: new Uint16Array(2) }],
    ["its size is not a whole number of bytes", lazyFile(-1, () => bytes(""))],
    ["its size is not a whole number of bytes", { ...lazyFile(1, () => bytes("")), size: "1" }],
    ["it has no function that reads its content", { ...lazyFile(1, () => bytes("")), read: "x" }],
    ["its target is not text", Reflect.apply(link, undefined, [undefined])],
    ["the path of the file that it links to is not text", Reflect.apply(hardLink, undefined, [undefined])],
    ["its mode is not a whole number", { ...file(""), mode: "644" }],
    ["its mtime is not a date", { ...file(""), mtime: undefined }]
  ])("because %s: %j", (why, value) => {
    const tree = { "/a": "", "/x": value } as MemoryTree.Tree // as TypeScript does not allow it
    expect(MemoryTree.make(tree)).toEqual({ _tag: "Invalid", path: "/x", why })
  })
})

it("a tree can contain bytes of another realm, as in Jest", () => {
  const other: Uint8Array = runInNewContext("new Uint8Array([104, 105])")
  expect(other instanceof Uint8Array).toBe(false)
  const { fileSystem } = memoryOf({ "/a": other, "/b": file(other), "/c": lazyFile(2, () => other) })
  for (const path of ["/a", "/b", "/c"]) expect(runSync(fileSystem.readFile(path))).toEqual(bytes("hi"))
})

it("a content that is read later has to be bytes", () => {
  const { fileSystem } = memoryOf({ "/f": lazyFile(2, Reflect.apply(Object, undefined, [() => "hi"])) })
  const why = "a lazy file must be read as a Uint8Array, not as \"hi\""
  expect(() => runSync(fileSystem.readFile("/f"))).toThrow(new TypeError(why))
})

describe("what is not a tree is refused", () => {
  const values: ReadonlyArray<readonly [shown: string, value: unknown]> = [
    ["undefined", undefined],
    ["null", null],
    ["5", 5],
    ["\"/f\"", "/f"],
    ["[object Array]", []],
    ["[object Map]", new Map([["/f", "content"]])],
    ["[object Function]", () => ({})]
  ]

  it.each(values)("%s", (shown, value) => {
    const why = `a tree must be an object whose keys are paths, such as { "/motd": "hello" }, not ${shown}`
    expect(() => MemoryTree.make(value as MemoryTree.Tree)).toThrow(new TypeError(why)) // as JavaScript can pass it
  })
})

describe("a user is refused", () => {
  it.each<readonly [user: Partial<MemoryTree.User>, why: string]>([
    [{ uid: -1 }, "uid is -1, but it must be a whole number from 0 to 4294967294"],
    [{ gid: 0xffff_ffff }, "gid is 4294967295, but it must be a whole number from 0 to 4294967294"],
    [{ groups: [1, Number.NaN] }, "gid is NaN, but it must be a whole number from 0 to 4294967294"],
    [{ umask: 0o1000 }, "umask is 512, but it must be a whole number from 0 to 511"]
  ])("%j", (change, why) => {
    const user = { uid: 1, gid: 1, ...change }
    expect(() => MemoryTree.make({}, { user })).toThrow(new TypeError(why))
    expect(() => memoryOf({}).asUser(user)).toThrow(new TypeError(why))
  })
})

describe("a tree", () => {
  it("may have every number of devices, and slashes after directories", () => {
    const tree = {
      "/x": device("BlockDevice", 0xfff, 0xf_ffff),
      "/y": device("CharacterDevice", 0, 0),
      "/d/": directory()
    }
    expect(memoryOf(tree)._tag).toBe("Memory")
    expect(memoryOf(tree).fileSystem.stat("/d").mode).toBe(0o040755)
  })

  it("contains text as text, and other bytes as a copy of them", () => {
    const given = Uint8Array.of(0x61, 0xff)
    const entry = file(given)
    given.fill(0)
    expect([entry.content, file("text").content, file(bytes("text")).content])
      .toEqual([Uint8Array.of(0x61, 0xff), "text", "text"])
  })

  it("has a device number of its own for each mount, wherever its entry is", () => {
    const { fileSystem: { stat } } = memoryOf({ "/m/f": "", "/m": mount(), "/n": mount(), "/d/f": "" })
    const [top, d, m, inM, n] = ["/", "/d/f", "/m", "/m/f", "/n"].map((path) => stat(path).dev)
    expect([top, d]).toEqual([1, 1])
    expect([m, new Set([1, m, n]).size, Math.min(m ?? 0, n ?? 0) > 1]).toEqual([inM, 3, true])
  })

  it("has positive inode numbers, and counts the directories of its root as links", () => {
    const { fileSystem: { stat } } = memoryOf({ "/a/b": directory(), "/c": directory(), "/f": "" })
    expect(["/", "/a", "/a/b", "/f"].map((path) => stat(path).nlink)).toEqual([4, 3, 2, 1])
    expect(stat("/f").ino).toBeGreaterThan(0)
  })
})

describe("a file system in memory", () => {
  it("is not changed by changes of the options that it was made with", () => {
    const user = { uid: 1, gid: 1, groups: new Array<number>() }
    const limits = { readOnly: true }
    const memory = memoryOf({ "/f": MemoryTree.file("", { gid: 2, mode: 0o060 }) }, { limits, user })
    user.groups.push(2)
    limits.readOnly = false
    const { fileSystem: fs } = memory
    expect(codeOf(() => fs.access("/f", { readable: true, writable: false }))).toBe("EACCES")
    expect(codeOf(() => fs.chmod("/f", 0))).toBe("EROFS")
    limits.readOnly = true
    memory.limit(limits)
    limits.readOnly = false
    expect(codeOf(() => fs.chmod("/f", 0))).toBe("EROFS")
  })

  it("has the time that was set", () => {
    const memory = memoryOf({ "/f": "" })
    memory.now = 12_000
    memory.fileSystem.utimes("/f", -1, 0)
    expect([memory.now, memory.fileSystem.stat("/f").atimeMs]).toEqual([12_000, 12_000])
  })

  it("asks its clock once, and only if an operation needs the time", () => {
    const memory = memoryOf({ "/f": "" })
    let asked = 0
    const clock = { now: () => 1_000 * ++asked }
    memory.useClock(clock)
    memory.fileSystem.stat("/f")
    expect(asked).toBe(0)
    memory.fileSystem.mkdir("/d", 0o755)
    memory.fileSystem.chmod("/f", 0o600)
    expect([asked, memory.now, memory.fileSystem.stat("/f").ctimeMs]).toEqual([1, 1_000, 1_000])
  })

  it.each<readonly [what: string, replace: (memory: MemoryTree.Memory) => void]>([
    ["a time", (memory) => memory.now = 0],
    ["nothing", (memory) => memory.useClock(undefined)]
  ])("does not ask a clock that was replaced by %s", (_, replace) => {
    const memory = memoryOf({})
    memory.useClock({ now: () => 1_000 })
    replace(memory)
    expect(memory.now).toBe(0)
  })

  it("counts the names of temporary files", () => {
    const { fileSystem: fs } = memoryOf({})
    expect([fs.makeTemporaryDirectory("/tmp/x"), fs.makeTemporaryDirectory("/tmp/x")])
      .toEqual(["/tmp/x000000", "/tmp/x000001"])
    expect(runSync(fs.makeTemporaryFile("/tmp/y", ".txt"))).toBe("/tmp/y000002/000000000003.txt")
  })

  it("removes abandoned temporary files, but not those that are being written", () => {
    const memory = memoryOf({ "/d/.procfsroot-old": "", "/d/x.procfsroot-": "", "/d/other": "" })
    const { fileSystem: fs, steps } = memory
    const names = () => [...runSync(fs.readDirectory("/d", false))].toSorted()
    let resume = (): void => expect.unreachable()
    steps.listener = {
      ...observing(() => {}),
      around: <A>(step: string, _: unknown, perform: (most: number | undefined) => Program.Now<A>): Program.Now<A> =>
        step !== "fsync" ? perform(undefined) : new Call<A>((done) => {
          resume = () => done({ value: Program.valueOf(perform(undefined)) })
        })
    }
    Program.start(fs.rootDirectory.writeFileAtomic("/d/f", bytes("first")), noTurns)
    steps.listener = undefined
    expect(names()).toEqual([".procfsroot-000000", "other", "x.procfsroot-"])
    runSync(fs.rootDirectory.writeFileAtomic("/d/g", bytes("second")))
    expect(names()).toEqual([".procfsroot-000000", "g", "other", "x.procfsroot-"])
    resume()
    expect(names()).toEqual(["f", "g", "other", "x.procfsroot-"])
  })

  it("has nothing to sync if it does not record changes", () => {
    expect(memoryOf({}).syncAll()).toBeUndefined()
    expect(() => memoryOf({}).crash()).toThrow(TypeError)
  })

  it("has roots further down, which know their own paths", () => {
    const memory = memoryOf({ "/d/e/f": "", "/f": "" })
    const sub = memory.subRoot("/d").subRoot("/e")
    expect([memory.place, sub.place]).toEqual(["/", "/d/e"])
    const { file } = Program.valueOf(sub.fileSystem.open("/f", "r", 0))
    if (file === undefined) throw new Error("it is closed")
    expect([sub.pathOf(file), memory.pathOf(file)]).toEqual(["/f", "/d/e/f"])
    const { file: top } = Program.valueOf(sub.fileSystem.open("/", "r", 0))
    expect(top && [sub.pathOf(top), memory.pathOf(top)]).toEqual(["/", "/d/e"])
    runSync(memory.fileSystem.remove("/d", { recursive: true }))
    expect([sub.place, sub.pathOf(file)]).toEqual(["/", "/f"])
    const refused = thrownBy(() => memory.subRoot("/f"))
    expect(Errno.isErrno(refused) && [refused.code, refused.syscall, refused.paths]).toEqual(["ENOTDIR", "open", [
      "/f"
    ]])
  })
})

describe("a snapshot", () => {
  it("cannot be changed", () => {
    const snapshot = memoryOf({ "/f": "text" }).snapshot()
    const writable = snapshot as Record<string, MemoryTree.Entry> // as a program that ignores types may use it
    expect(() => writable["/g"] = file("")).toThrow(TypeError)
    expect(() => delete writable["/f"]).toThrow(TypeError)
    expect(() => Object.defineProperty(writable, "/g", { value: file("") })).toThrow(TypeError)
    expect(["/f" in snapshot, "/g" in snapshot]).toEqual([true, false])
    expect(snapshot["/f"]).toBe(snapshot["/f"])
  })

  it("shows a change of a file under all of its names", () => {
    const memory = memoryOf({ "/a/f": "old", "/b": directory(), "/c": directory() })
    const { fileSystem: fs } = memory
    const told = () => {
      const { "/a/f": first, "/b/f": second, "/c/f": third } = memory.snapshot()
      return [first, second, third].map((entry) =>
        entry?.type === "File" ? entry.content : entry?.type === "HardLink" ? `= ${entry.of}` : undefined
      )
    }
    const write = (path: string, text: string) => runSync(fs.writeFile(path, bytes(text), "w", 0o600))
    expect(told()).toEqual(["old", undefined, undefined])
    fs.link("/a/f", "/b/f")
    expect(told()).toEqual(["old", "= /a/f", undefined])
    write("/b/f", "new")
    expect(told()).toEqual(["new", "= /a/f", undefined])
    write("/a/f", "newer")
    fs.link("/b/f", "/c/f")
    expect(told()).toEqual(["newer", "= /a/f", "= /a/f"])
    runSync(fs.remove("/a/f"))
    expect(told()).toEqual([undefined, "newer", "= /b/f"])
    write("/c/f", "last")
    runSync(fs.remove("/b/f"))
    expect(told()).toEqual([undefined, undefined, "last"])
  })

  it("becomes a tree in which a file with several names is one file", () => {
    const memory = memoryOf({ "/a/f": "old", "/b": directory() })
    memory.snapshot()
    memory.fileSystem.link("/a/f", "/b/f")
    const again = memoryOf(memory.snapshot()).fileSystem
    expect(again.stat("/a/f")).toMatchObject({ ino: again.stat("/b/f").ino, nlink: 2 })
    runSync(again.writeFile("/b/f", bytes("new"), "w", 0o600))
    expect(runSync(again.readFile("/a/f"))).toEqual(bytes("new"))
  })

  it("of contents that are read later does not read them", () => {
    let reads = 0
    const memory = memoryOf({ "/f": lazyFile(3, () => bytes(`${reads++}`)) })
    memory.fileSystem.rename("/f", "/g")
    const snapshot = memory.snapshot()
    expect([memoryOf(snapshot).fileSystem.stat("/g").size, reads]).toEqual([3, 0])
    expect([snapshot["/g"], reads]).toMatchObject([{ content: "0" }, 1])
  })

  it("can be made of a tree that is deeper than the call stack", () => {
    const { operations, root } = built({})
    const DEPTH = 30_000
    let at: Directory = root
    for (let i = 0; i < DEPTH; i++) {
      operations.mkdir({ directory: at, name: "d", slash: false }, 0o700)
      const next = at.get("d")
      if (next?._tag !== "Directory") throw new Error("it was not created")
      at = next
      if (i === 0) freeze(root)
    }
    const image = freeze(root)
    expect(freeze(root)).toBe(image)
    operations.chmod(at, 0o711)
    const changed = freeze(root)
    let deepest = thaw(changed)
    for (let next: unknown = deepest; next !== undefined; next = deepest.get("d")) deepest = next as Directory // only these
    expect([deepest.mode, changed === image]).toEqual([0o711, false])
  })
})
