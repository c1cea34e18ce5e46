/** Tests that every operation releases what it holds exactly once, however it ends. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { type Built, built, Held, type Kind, nothing } from "./handles.js"
import { options } from "./failing.js"

const tree: MemoryTree.Tree = {
  "/d/f": "text",
  "/d/e/g": "more text",
  "/d/e/h/i": "",
  "/d/l": MemoryTree.link("f"),
  "/e/f": "other text",
  "/e/g": "",
  "/dl": MemoryTree.link("d"),
  "/dang": MemoryTree.link("e/new"),
  "/slash": MemoryTree.link("e/new/"),
  "/loop": MemoryTree.link("loop"),
  "/fifo": MemoryTree.fifo(),
  "/m": MemoryTree.mount(),
  "/m/f": "on a mount",
  "/d/m": MemoryTree.mount()
}

type Operation = (fs: FileSystem.FileSystem<OpenNode>) => unknown

const bytes = new TextEncoder().encode("new text")

const opening = (path: string, flag: FileSystem.Flag, noFollow?: boolean): Operation => (fs) =>
  Program.valueOf(fs.open(path, flag, 0o600, noFollow)).close()

function* all<A>(reader: {
  readonly next: () => Program.Program<ReadonlyArray<A>>
  readonly close: () => Program.Program<void>
}): Program.Program<ReadonlyArray<A>> {
  try {
    const found: Array<A> = []
    for (let part = yield* reader.next(); part.length > 0; part = yield* reader.next()) found.push(...part)
    return found
  } finally {
    yield* reader.close()
  }
}

const operations: Readonly<Record<string, Operation>> = {
  access: (fs) => fs.access("/dl/l", { readable: true, writable: true }),
  chmod: (fs) => fs.chmod("/d/l", 0o600),
  chown: (fs) => fs.chown("/d/l", 1, 1),
  "copy of a tree": (fs) => fs.copy("/d", "/x/copy", { preserveTimestamps: true }),
  "copy of a tree over another": (fs) => fs.copy("/d", "/e", { overwrite: true }),
  "copy of a tree to the root": (fs) => fs.copy("/e", "/"),
  "copy of a tree into itself": (fs) => fs.copy("/d", "/d/e/new"),
  "copy of a link": (fs) => fs.copy("/d/l", "/e/f", { overwrite: true }),
  "copy of a file over one that is kept": (fs) => fs.copy("/d/f", "/e/f"),
  "copy of a fifo": (fs) => fs.copy("/fifo", "/e/new"),
  "copyFile to a new name": (fs) => fs.copyFile("/d/l", "/dang"),
  "copyFile over another file": (fs) => fs.copyFile("/d/l", "/e/f"),
  "copyFile over itself": (fs) => fs.copyFile("/d/l", "/d/f"),
  "copyFile of a fifo": (fs) => fs.copyFile("/fifo", "/e/f"),
  "copyFile, exclusive": (fs) => fs.copyFile("/d/f", "/e/f", { exclusive: true }),
  exists: (fs) => [fs.exists("/dl/e"), fs.exists("/dang"), fs.exists("/d/n/m")],
  "exists in a file": (fs) => fs.exists("/d/f/x"),
  link: (fs) => fs.link("/dl/f", "/e/new"),
  "link in one directory": (fs) => fs.link("/dl/f", "/dl/new"),
  "link to a directory": (fs) => fs.link("/d/", "/e/new"),
  "link to dots": (fs) => fs.link("/d/..", "/e/new"),
  "link to a directory over a file": (fs) => fs.link("/d/", "/e/f"),
  "link to a directory over a file with a slash": (fs) => fs.link("/d/", "/e/f/"),
  "link to a directory with a slash": (fs) => fs.link("/d/", "/e/new/"),
  "link to a missing file": (fs) => fs.link("/none", "/e/new"),
  "link over dots": (fs) => fs.link("/d/f", "/e/.."),
  lstat: (fs) => fs.lstat("/dl/l").size,
  makeDirectories: (fs) => fs.makeDirectories("/dl/e/x/../y/z", 0o777),
  "makeDirectories through a dangling link": (fs) => fs.makeDirectories("/dang/x", 0o777),
  "makeDirectories for a dangling link": (fs) => fs.makeDirectories("/dang", 0o777),
  "makeDirectories for a file without a slash": (fs) => fs.makeDirectories("/d/f", 0o777),
  "makeDirectories for a file": (fs) => fs.makeDirectories("/d/f/", 0o777),
  "makeDirectories in a file": (fs) => fs.makeDirectories("/d/f/x/y", 0o777),
  "makeDirectories in a loop": (fs) => fs.makeDirectories("/loop/x", 0o777),
  "makeDirectories of existing directories": (fs) => fs.makeDirectories("/dl/e", 0o777),
  makeTemporaryDirectory: (fs) => fs.makeTemporaryDirectory("/dl/t"),
  makeTemporaryFile: (fs) => fs.makeTemporaryFile("/dl/t", ".x"),
  mkdir: (fs) => fs.mkdir("/dl/new", 0o777),
  "mkdir of an existing directory": (fs) => fs.mkdir("/dl", 0o777),
  "mkdir of a dot": (fs) => fs.mkdir("/d/.", 0o777),
  "mkdir without a leading slash": (fs) => {
    fs.mkdir("new", 0o777)
    return [fs.exists("/new"), fs.exists("/d/new")]
  },
  open: opening("/dl/l", "r"),
  "open to write": opening("/dl/l", "w"),
  "open to create": opening("/dang", "a"),
  "open to create with a slash": opening("/slash", "a"),
  "open of a new file": opening("/e/new", "wx"),
  "open of a new file with a slash": opening("/e/new/", "wx"),
  "open of dots as a new file": opening("/d/..", "wx"),
  "open of a directory to write": opening("/dl", "w"),
  "open of a file without following": opening("/d/f", "r", true),
  "open without following": opening("/d/l", "r", true),
  "open to create without following": opening("/d/l", "w", true),
  "open of a missing file": opening("/dang", "r"),
  "open in a loop": opening("/loop", "r"),
  "readDirectory of the root": (fs) => fs.readDirectory("/", true),
  readDirectory: (fs) => fs.readDirectory("/dl", true),
  readDirectoryEntries: (fs) => fs.readDirectoryEntries("/dl", true),
  readFile: (fs) => fs.readFile("/dl/l"),
  "readFile of a missing file": (fs) => fs.readFile("/dang"),
  readLink: (fs) => fs.readLink("/dl/l"),
  "readLink with a slash": (fs) => fs.readLink("/dl/"),
  realPath: (fs) => fs.realPath("/dl/../dl/l"),
  remove: (fs) => fs.remove("/dl/f"),
  "remove of a tree": (fs) => fs.remove("/d", { recursive: true }),
  "remove of a missing file": (fs) => fs.remove("/dl/n", { force: true }),
  "remove of a missing file without force": (fs) => fs.remove("/dl/n"),
  "remove in a file with force": (fs) => fs.remove("/d/f/x", { force: true }),
  "remove of dots": (fs) => fs.remove("/d/..", { recursive: true }),
  "remove of a directory": (fs) => fs.remove("/dl/"),
  rename: (fs) => fs.rename("/dl/f", "/e/f"),
  "rename in one directory": (fs) => fs.rename("/dl/f", "/dl/new"),
  "rename of dots": (fs) => fs.rename("/dl/..", "/e/f"),
  "rename to a missing directory": (fs) => fs.rename("/dl/f", "/n/f"),
  rmdir: (fs) => fs.rmdir("/m/"),
  "rmdir of an empty directory": (fs) => {
    fs.mkdir("/d/new", 0o777)
    fs.rmdir("/d/new/")
    return fs.exists("/d/new")
  },
  "rmdir of dots": (fs) => fs.rmdir("/d/.."),
  "rmdir of the root": (fs) => fs.rmdir("/"),
  "rmdir of a dot": (fs) => fs.rmdir("/d/."),
  "rmdir of a full directory": (fs) => fs.rmdir("/dl/e"),
  stat: (fs) => fs.stat("/dl/l").size,
  "stat of an empty path": (fs) => fs.stat(""),
  "stat of a long path": (fs) => fs.stat("/".repeat(4_096)),
  symlink: (fs) => fs.symlink("x", "/dl/new"),
  "symlink with an empty target": (fs) => fs.symlink("", "/dl/new"),
  "symlink with a long target": (fs) => fs.symlink("x".repeat(4_096), "/new"),
  "symlink over a file": (fs) => fs.symlink("x", "/d/.."),
  truncate: (fs) => fs.truncate("/dl/l", 1),
  unlink: (fs) => fs.unlink("/dl/l"),
  "unlink of a directory": (fs) => fs.unlink("/d/.."),
  utimes: (fs) => fs.utimes("/dl/l", 1, 2),
  "writeFile of a new file": (fs) => fs.writeFile("/dang", bytes, "w", 0o666),
  "writeFile over another file": (fs) => fs.writeFile("/dl/l", bytes, "w", 0o666),
  "readFile through a mount": (fs) => fs.readFile("/m/../m/f"),
  "open of a file on a mount as a new one": opening("/m/f", "wx"),
  "open of a mount as a new file": opening("/d/m", "wx"),
  "open of a file as a new one": opening("/d/f", "wx"),
  getExtendedAttribute: ({ rootDirectory }) => rootDirectory.getExtendedAttribute("/dl/l", "user.x"),
  listExtendedAttributes: ({ rootDirectory }) => rootDirectory.listExtendedAttributes("/dl/l"),
  setExtendedAttribute: ({ rootDirectory }) => rootDirectory.setExtendedAttribute("/dl/f", "user.x", bytes),
  removeExtendedAttribute: ({ rootDirectory }) => rootDirectory.removeExtendedAttribute("/dl/f", "user.x"),
  lchown: ({ rootDirectory }) => rootDirectory.lchown("/dl/l", 1, 1),
  lutimes: ({ rootDirectory }) => rootDirectory.lutimes("/dl/l", 1, 2),
  makeNode: ({ rootDirectory }) => rootDirectory.makeNode("/dl/new", { type: "FIFO" }, 0o600),
  readEntries: ({ rootDirectory }) => all(rootDirectory.readEntries("/dl")),
  readFileBounded: ({ rootDirectory }) => rootDirectory.readFileBounded("/dl/l", 100),
  statfs: ({ rootDirectory }) => rootDirectory.statfs("/dl/l").type,
  walkTree: ({ rootDirectory }) => all(rootDirectory.walkTree("/dl")),
  writeFileAtomic: ({ rootDirectory }) => rootDirectory.writeFileAtomic("/dl/l", bytes, { keepMode: true }),
  "writeFileAtomic of the root": ({ rootDirectory }) => rootDirectory.writeFileAtomic("/", bytes),
  "writeFileAtomic of a new file": ({ rootDirectory }) => rootDirectory.writeFileAtomic("/dang", bytes)
}

const codeOf = (thrown: unknown): string => {
  if (!Errno.isErrno(thrown)) throw thrown
  return [thrown.detail?.code ?? thrown.code, thrown.syscall, ...thrown.paths].join(" ")
}

const isProgram = (value: unknown): value is Program.Program<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value && "next" in value

/**
 * Returns the value of an operation, or how it failed. With `turns`, a program is interrupted after this number of
 * turns.
 */
const outcomeOf = (run: () => unknown, turns = Number.POSITIVE_INFINITY): unknown => {
  try {
    const value = run()
    if (!isProgram(value)) return value
    if (turns === Number.POSITIVE_INFINITY) return Program.runSync(value)
    let step = value.next()
    for (let turn = 0; turn < turns && step.done !== true; turn++) {
      const wait = step.value
      if (wait._tag === "Call") {
        wait.begin((answer) => {
          wait.answer = answer
        })
      }
      step = value.next()
    }
    if (step.done === true) return step.value
    value.return(undefined)
    return "interrupted"
  } catch (thrown) {
    return codeOf(thrown)
  }
}

const open = (made: Built, kind: Kind, policy: PathPolicy, step: (name: string) => void) => {
  const held = new Held(made, kind, step)
  return { held, fs: FileSystem.make(held.operations, { ...options, policy }) }
}

const policies: ReadonlyArray<PathPolicy> = [{}, { mounts: "forbid" }, { from: "/d" }]

// `from` makes no difference to what is held.
const kinds = (["name", "path"] as const).flatMap((kind) =>
  policies.flatMap((policy) => policy.from === undefined ? [{ kind, policy }] : [])
)

describe.each(kinds)("operations on a tree that is looked up by $kind, with $policy", ({ kind, policy }) => {
  it.each(Object.entries(operations))("%s holds nothing after it has ended", (_, operation) => {
    let calls = 0
    const { fs, held } = open(built(tree), kind, policy, () => calls++)
    outcomeOf(() => operation(fs))
    expect(held.left).toEqual(nothing)
    for (let failing = 0; failing < calls; failing++) {
      let made = 0
      let failed = ""
      const { fs, held } = open(built(tree), kind, policy, (name) => {
        if (made++ !== failing) return
        failed = name
        throw Errno.make("EIO")
      })
      outcomeOf(() => operation(fs))
      expect({ failed, ...held.left }).toEqual({ failed, ...nothing })
    }
    for (let turns = 0;; turns++) {
      const { fs, held } = open(built(tree), kind, policy, () => {})
      const outcome = outcomeOf(() => operation(fs), turns)
      expect({ turns, ...held.left }).toEqual({ turns, ...nothing })
      if (outcome !== "interrupted") break
    }
  })
})

it("a rename in one directory looks that up once", () => {
  const { fs, held } = open(built(tree), "name", {}, () => {})
  fs.rename("/d/e/h/i", "/d/e/h/new")
  expect(held.most).toBe("d/e/h".split("/").length)
})

/** The operations above that fail, and how, as in Node. */
const failing: Readonly<Record<string, string>> = {
  "copy of a tree into itself": "ERR_FS_CP_EINVAL cp /d/e/new",
  "copy of a fifo": "ERR_FS_CP_FIFO_PIPE cp /e/new",
  "copyFile of a fifo": "EINVAL copyfile /fifo /e/f",
  "copyFile, exclusive": "EEXIST copyfile /d/f /e/f",
  "exists in a file": "ENOTDIR access /d/f/x",
  "link to a directory": "EPERM link /d/ /e/new",
  "link to dots": "EPERM link /d/.. /e/new",
  "link to a directory over a file": "EEXIST link /d/ /e/f",
  "link to a directory over a file with a slash": "EEXIST link /d/ /e/f/",
  "link to a directory with a slash": "ENOENT link /d/ /e/new/",
  "link to a missing file": "ENOENT link /none /e/new",
  "link over dots": "EEXIST link /d/f /e/..",
  "makeDirectories through a dangling link": "ENOTDIR mkdir /dang/x",
  "makeDirectories for a dangling link": "ENOENT mkdir /dang",
  "makeDirectories for a file without a slash": "EEXIST mkdir /d/f",
  "makeDirectories for a file": "ENOTDIR mkdir /d/f/",
  "makeDirectories in a file": "ENOTDIR mkdir /d/f/x/y",
  "makeDirectories in a loop": "ELOOP mkdir /loop/x",
  "mkdir of an existing directory": "EEXIST mkdir /dl",
  "mkdir of a dot": "EEXIST mkdir /d/.",
  "open to create with a slash": "EISDIR open /slash",
  "open of a new file with a slash": "EISDIR open /e/new/",
  "open of dots as a new file": "EEXIST open /d/..",
  "open of a directory to write": "EISDIR open /dl",
  "open without following": "ELOOP open /d/l",
  "open to create without following": "ELOOP open /d/l",
  "open of a missing file": "ENOENT open /dang",
  "open in a loop": "ELOOP open /loop",
  "readFile of a missing file": "ENOENT open /dang",
  "readLink with a slash": "EINVAL readlink /dl/",
  "remove of a tree": "EBUSY rmdir /d/m",
  "remove of a missing file without force": "ENOENT lstat /dl/n",
  "writeFileAtomic of the root": "EISDIR open /",
  "remove in a file with force": "ENOTDIR lstat /d/f/x",
  "remove of dots": "ENOTEMPTY rmdir /d/..",
  "remove of a directory": "ERR_FS_EISDIR rm /dl/",
  "rename of dots": "EBUSY rename /dl/.. /e/f",
  "rename to a missing directory": "ENOENT rename /dl/f /n/f",
  rmdir: "EBUSY rmdir /m/",
  "rmdir of dots": "ENOTEMPTY rmdir /d/..",
  "rmdir of the root": "EBUSY rmdir /",
  "rmdir of a dot": "EINVAL rmdir /d/.",
  "rmdir of a full directory": "ENOTEMPTY rmdir /dl/e",
  "stat of an empty path": "ENOENT stat ",
  "stat of a long path": `ENAMETOOLONG stat ${"/".repeat(4_096)}`,
  "symlink with an empty target": "ENOENT symlink  /dl/new",
  "symlink with a long target": `ENAMETOOLONG symlink ${"x".repeat(4_096)} /new`,
  "symlink over a file": "EEXIST symlink x /d/..",
  "unlink of a directory": "EISDIR unlink /d/..",
  "open of a file on a mount as a new one": "EEXIST open /m/f",
  "open of a mount as a new file": "EEXIST open /d/m",
  "open of a file as a new one": "EEXIST open /d/f",
  removeExtendedAttribute: "ENODATA removexattr /dl/f"
}

const EXDEV: Readonly<Record<string, string>> = {
  "copy of a tree": "EXDEV lstat /d/m",
  "copy of a tree over another": "EXDEV lstat /d/m",
  "readDirectory of the root": "EXDEV scandir /d/m",
  readDirectory: "EXDEV scandir /dl/m",
  readDirectoryEntries: "EXDEV scandir /dl/m",
  "readFile through a mount": "EXDEV open /m/../m/f",
  "open of a file on a mount as a new one": "EXDEV open /m/f",
  "open of a mount as a new file": "EXDEV open /d/m"
}

it.each(policies)("the expected operations fail for the expected reasons, with %j", (policy) => {
  const outcomes = Object.entries(operations).map(([name, operation]) => {
    const { fs } = open(built(tree), "name", policy, () => {})
    return [name, outcomeOf(() => operation(fs))] as const
  })
  const failed = outcomes.filter(([, outcome]) => typeof outcome === "string" && /^E[A-Z_]+ /.test(outcome))
  expect(Object.fromEntries(failed)).toEqual({ ...failing, ...(policy.mounts === undefined ? {} : EXDEV) })
  const values = Object.fromEntries(outcomes)
  expect(values["mkdir without a leading slash"]).toEqual(policy.from === undefined ? [true, false] : [false, true])
  expect(values).toMatchObject({
    exists: [true, false, false],
    makeDirectories: "/dl/e/x",
    "makeDirectories of existing directories": undefined,
    makeTemporaryFile: "/dl/tXXXXXX/name.x",
    readLink: "f",
    realPath: "/d/f"
  })
})

it.each(policies)("a system that opens whole paths has the same results, with %j", (policy) => {
  const answers = (kind: Kind) =>
    Object.entries(operations).map(([name, operation]) => {
      const { fs } = open(built(tree), kind, policy, () => {})
      return [name, outcomeOf(() => operation(fs))]
    })
  expect(answers("path")).toEqual(answers("name"))
})

it.each(["name", "path"] as const)("a wide tree needs few handles at a time, looked up by %s", (kind) => {
  const names = Array.from({ length: 50 }, (_, i) => i)
  const wide = Object.fromEntries(names.flatMap((i) => [[`/d/${i}/f`, "text"], [`/d/f${i}`, ""]]))
  const runs: ReadonlyArray<Operation> = [
    (fs) => fs.copy("/d", "/new"),
    (fs) => fs.readDirectory("/d", true),
    (fs) => fs.remove("/d", { recursive: true }),
    ({ rootDirectory }) => all(rootDirectory.walkTree("/d"))
  ]
  for (const run of runs) {
    const { fs, held } = open(built(wide), kind, {}, () => {})
    outcomeOf(() => run(fs))
    expect(held.most).toBeLessThan(10)
  }
})

it("removing a tree keeps no handles of directories that cannot be emptied", () => {
  const user = { uid: 7, gid: 7 }
  const names = Array.from({ length: 50 }, (_, i) => `/d/${i}`)
  const closed = Object.fromEntries(names.flatMap((name) => [
    [name, MemoryTree.directory({ mode: 0o300, ...user })],
    [`${name}/f`, ""]
  ]))
  const own = MemoryTree.directory(user)
  const { fs, held } = open(built({ "/": own, "/d": own, ...closed }, user), "name", {}, () => {})
  expect(outcomeOf(() => fs.remove("/d", { recursive: true }))).toBe("EACCES scandir /d/0")
  expect(held.most).toBeLessThan(10)
})
