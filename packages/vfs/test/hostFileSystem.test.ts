/** Tests the operations on a file system of host paths without an effect system: here an effect is a function. */
import * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import { typeOf } from "@procfsroot/vfs/Attributes"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import { expect, it } from "vitest"

/** Runs a program synchronously. */
const run = <A>(program: HostFileSystem.Asking<A>): A => {
  let step = program.next()
  while (step.done !== true) {
    let answer: { readonly value: unknown } | { readonly error: unknown }
    try {
      answer = { value: (step.value.effect as () => unknown)() } // an effect of `host` or `root`
    } catch (error) {
      answer = { error }
    }
    step = "value" in answer ? program.next(answer.value) : program.throw(HostFileSystem.failure(answer.error, "EIO"))
  }
  return step.value
}

const ask = <A>(effect: () => A): HostFileSystem.Ask<A> => HostFileSystem.ask<A>(effect)

/** The operations in the root `/box` of a tree in memory. */
const inBox = (tree: MemoryTree.Tree, changed: Partial<HostFileSystem.HostFileSystem> = {}) => {
  const memory = MemoryTree.make(tree, {})
  if (memory._tag === "Invalid") throw new Error(memory.why)
  const fs = memory.fileSystem
  const { runSync } = Program
  const host: HostFileSystem.HostFileSystem = {
    access: (path, mode) => ask(() => fs.access(path, mode)),
    chmod: (path, mode) => ask(() => fs.chmod(path, mode)),
    copyFile: (from, to) => ask(() => runSync(fs.copyFile(from, to))),
    createFile: (path) => ask(() => runSync(fs.open(path, "w+", 0o666).close())),
    fileName: ask(() => "name"),
    link: (from, to) => ask(() => fs.link(from, to)),
    makeDirectory: (path, mode = 0o777) => ask(() => fs.mkdir(path, mode)),
    makeTempDirectory: (directory, prefix) => ask(() => fs.makeTemporaryDirectory(`${directory}/${prefix}`)),
    readDirectory: (path) => ask(() => runSync(fs.readDirectory(path, false))),
    readLink: (path) => ask(() => fs.readLink(path)),
    realPath: (path) => ask(() => fs.realPath(path)),
    remove: (path, options) => ask(() => runSync(fs.remove(path, options))),
    rename: (from, to) => ask(() => fs.rename(from, to)),
    stat: (path) =>
      ask(() => {
        const { atimeMs, dev, ino, mode, mtimeMs } = fs.stat(path)
        return { type: typeOf({ mode }), mode, dev, ino, atime: new Date(atimeMs), mtime: new Date(mtimeMs) }
      }),
    symlink: (target, path) => ask(() => fs.symlink(target, path)),
    utimes: (path, atime, mtime) => ask(() => fs.utimes(path, atime, mtime)),
    ...changed
  }
  const walk = (path: string, options: Policy.Options) =>
    run(HostFileSystem.walk("/box", path, HostFileSystem.lookup(host), Policy.make(options)))
  const why = (path: string, failed: Walk.Failed<unknown>) =>
    ResolveFailure.fromOutcome("/box", path, failed, Errno.inError)
  const resultOf = (path: string, outcome: Walk.Outcome<unknown>) =>
    outcome._tag === "Resolved" ? Walk.toPath(outcome) : why(path, outcome)
  const root: HostFileSystem.Root = {
    hostPath: (place) => `/box${place}`,
    resolve: (path, options) => ask(() => resultOf(path, walk(path, options))),
    locate: (path, options) =>
      ask(() => {
        const outcome = walk(path, options)
        if (outcome._tag === "Resolved") return { deepest: Walk.toPath(outcome), remaining: "" }
        const { at, remaining } = outcome
        return { deepest: (at.slice(0, at.lastIndexOf("/")) || "/") as typeof at, remaining, error: why(path, outcome) } // the parent of a place
      }),
    explain: (path, options) =>
      ask(() => {
        const outcome = walk(path, options)
        return { hops: Walk.hops(outcome.trace), result: resultOf(path, outcome) }
      })
  }
  return { operations: HostFileSystem.make(root, host), memory }
}

const tree: MemoryTree.Tree = {
  "/outside/secret": "secret",
  "/box/d/f": "text",
  "/box/d/out": MemoryTree.link("../../outside"),
  "/box/d/abs": MemoryTree.link("/d/f"),
  "/box/tmp": MemoryTree.directory(),
  "/box/fifo": MemoryTree.fifo()
}

/** What a program throws, with its system call. */
const thrown = (program: HostFileSystem.Asking<unknown>): unknown => {
  try {
    return run(program)
  } catch (thrown) {
    if (!HostFileSystem.isThrown(thrown)) throw thrown
    if (!Errno.isErrno(thrown)) return thrown
    return [thrown.detail?.code ?? thrown.code, thrown.syscall]
  }
}

it("finds files in the root", () => {
  const { operations } = inBox(tree)
  expect(run(operations.readFile("/d/abs"))).toBe("/box/d/f")
  expect(run(operations.realPath("../../d/abs"))).toBe("/d/f")
  expect(run(operations.open("/d/new", "w"))).toBe("/box/d/new")
  expect(run(operations.readLink("/d/out"))).toBe("../../outside")
  expect(run(operations.readDirectory("/d", true))).toEqual(["f", "out", "abs"])
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
  expect(thrown(operations.chmod("/d", -1))).toMatchObject({ _tag: "BadArgument" })
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
