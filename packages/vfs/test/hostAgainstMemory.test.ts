/**
 * Compares the operations on a file system of host paths with those of the file system in memory, which is compared with
 * the kernel by other tests: with the same tree, both act on the same files, and fail with the same errors.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import type * as FileSystem from "@procfsroot/vfs/FileSystem"
import type * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { isDeepStrictEqual } from "node:util"
import { describe, expect, it } from "vitest"
import { inBox, run } from "./box.js"
import { memoryOf } from "./memory.js"

type Fs = FileSystem.FileSystem<unknown>

/** The user whose files these are. */
const own = { uid: 5, gid: 5 }

/** The tree inside the root. */
const tree: MemoryTree.Tree = {
  "/": MemoryTree.directory(own),
  "/tmp": MemoryTree.directory({ mode: 0o777 }),
  "/d": MemoryTree.directory({ mode: 0o750, mtime: new Date(1_000), ...own }),
  "/d/f": MemoryTree.file("text", { mode: 0o640, mtime: new Date(2_000), ...own }),
  "/d/e": MemoryTree.directory(own),
  "/d/e/g": MemoryTree.file("more", own),
  "/d/l": MemoryTree.link("f", own),
  "/d/up": MemoryTree.link("../../../e", own),
  "/e": MemoryTree.directory(own),
  "/e/f": MemoryTree.file("other", own),
  "/hard": MemoryTree.hardLink("/d/f"),
  "/abs": MemoryTree.link("/d", own),
  "/dang": MemoryTree.link("e/new", own),
  "/slash": MemoryTree.link("e/new/", own),
  "/dirslash": MemoryTree.link("e/", own),
  "/fileslash": MemoryTree.link("d/f/", own),
  "/twice": MemoryTree.link("dang", own),
  "/loop": MemoryTree.link("loop", own),
  "/chain": MemoryTree.link("d/toslash", own),
  "/d/toslash": MemoryTree.link("../slash", own),
  "/d/absslash": MemoryTree.link("/e/new/", own),
  "/d/rel": MemoryTree.link("../e/new", own),
  "/d/relslash": MemoryTree.link("../e/f/", own),
  "/d/dirslash": MemoryTree.link("../e/", own),
  "/d/through": MemoryTree.link("dirslash/new", own),
  "/d/dot": MemoryTree.link("../e/.", own),
  "/d/abs2": MemoryTree.link("/d/sub2", own),
  "/d/sub2": MemoryTree.link("only/new/", own),
  "/d/only": MemoryTree.directory(own),
  "/dotafter": MemoryTree.link("dirslash/.", own),
  "/fifo": MemoryTree.fifo(own),
  "/closed": MemoryTree.fifo({ mode: 0o200, ...own }),
  "/locked": MemoryTree.directory({ mode: 0o700 }),
  "/locked/f": "private",
  "/listed": MemoryTree.directory({ mode: 0o744 }),
  "/listed/f": "private",
  "/unreadable": MemoryTree.file("private", { mode: 0o200, ...own }),
  "/tounreadable": MemoryTree.link("unreadable", own),
  "/readonly": MemoryTree.file("public", { mode: 0o400, ...own })
}

const paths = [
  "/",
  "",
  ".",
  "..",
  "/d",
  "/d/",
  "/d/.",
  "/d/..",
  "d/f",
  "/d/f/",
  "/d/f/x",
  "/d/e",
  "/d/e/g",
  "/d/l",
  "/d/l/",
  "/d/up",
  "/d/up/",
  "/d/up/f",
  "/e",
  "/e/f",
  "/hard",
  "/abs",
  "/abs/",
  "/abs/f",
  "/dang",
  "/dang/",
  "/slash",
  "/dirslash",
  "/fileslash",
  "/twice",
  "/loop",
  "/loop/x",
  "/chain",
  "/d/toslash",
  "/d/absslash",
  "/d/rel",
  "/d/relslash",
  "/d/dirslash",
  "/d/dirslash/new",
  "/d/through",
  "/d/dot",
  "/new/./x/./",
  "/new/x/../../d/new/y",
  "/new/../../../up",
  "/new/x/../../../../up/./z",
  "//new//./x",
  "/e/./new/../y/x",
  "/fifo",
  "/new",
  "/new/",
  "/new/x",
  "/new/x/../y/",
  "/new/x/../x",
  "/e/new/x",
  "/dang/x",
  "/locked",
  "/locked/f",
  "/locked/new",
  "/listed",
  "/listed/f",
  "/unreadable",
  "/tounreadable",
  "/readonly",
  "/closed",
  "/dotafter",
  "/d/abs2",
  "/a\0b",
  "/\ud800",
  `/${"n".repeat(256)}`,
  `/${"/".repeat(4_096)}`
]

interface Sides {
  readonly host: (operations: HostFileSystem.Operations, fs: Fs, path: string) => unknown
  readonly memory: (fs: Fs, path: string) => unknown
}

/** Operations for which a place is found, and then something happens there. */
const placed = (
  find: (operations: HostFileSystem.Operations, path: string) => HostFileSystem.Asking<string>,
  use: (fs: Fs, path: string) => unknown
): Sides => ({ host: (operations, fs, path) => use(fs, run(find(operations, path))), memory: use })

const bytes = new Uint8Array([1, 2, 3])

const write = (flag: FileSystem.Flag): Sides =>
  placed(
    (operations, path) => operations.open(path, flag),
    (fs, path) => Program.runSync(fs.writeFile(path, bytes, flag, 0o644))
  )

const operations: Readonly<Record<string, Sides>> = {
  access: placed((all, path) => all.access(path), (fs, path) => fs.access(path, { readable: true, writable: true })),
  chmod: placed((all, path) => all.chmod(path, 0o700), (fs, path) => fs.chmod(path, 0o700)),
  chown: placed((all, path) => all.chown(path, 5, 5), (fs, path) => fs.chown(path, 5, 5)),
  lstat: placed((all, path) => all.lstat(path), (fs, path) => fs.lstat(path).mode),
  makeDirectory: {
    host: (all, _, path) => run(all.makeDirectory(path, { mode: 0o755 })),
    memory: (fs, path) => fs.mkdir(path, 0o755)
  },
  "makeDirectory -p": {
    host: (all, _, path) => run(all.makeDirectory(path, { mode: 0o755, recursive: true })),
    memory: (fs, path) => void fs.makeDirectories(path, 0o755)
  },
  readDirectory: {
    host: (all, _, path) => run(all.readDirectory(path, false)),
    memory: (fs, path) => Program.runSync(fs.readDirectory(path, false))
  },
  "readDirectory -R": {
    host: (all, _, path) => run(all.readDirectory(path, true)).toSorted(),
    memory: (fs, path) => Program.runSync(fs.readDirectory(path, true)).toSorted()
  },
  readFile: placed((all, path) => all.readFile(path), (fs, path) => Program.runSync(fs.readFile(path))),
  readLink: { host: (all, _, path) => run(all.readLink(path)), memory: (fs, path) => fs.readLink(path) },
  realPath: { host: (all, _, path) => run(all.realPath(path)), memory: (fs, path) => fs.realPath(path) },
  remove: {
    host: (all, _, path) => run(all.remove(path)),
    memory: (fs, path) => Program.runSync(fs.remove(path))
  },
  "remove -r": {
    host: (all, _, path) => run(all.remove(path, { recursive: true })),
    memory: (fs, path) => Program.runSync(fs.remove(path, { recursive: true }))
  },
  "remove -rf": {
    host: (all, _, path) => run(all.remove(path, { recursive: true, force: true })),
    memory: (fs, path) => Program.runSync(fs.remove(path, { recursive: true, force: true }))
  },
  stat: placed((all, path) => all.stat(path), (fs, path) => fs.stat(path).mode),
  symlink: {
    host: (all, _, path) => run(all.symlink("target", path)),
    memory: (fs, path) => fs.symlink("target", path)
  },
  truncate: placed((all, path) => all.truncate(path, 2), (fs, path) => Program.runSync(fs.truncate(path, 2))),
  utimes: placed((all, path) => all.utimes(path, 1, 2), (fs, path) => fs.utimes(path, 1, 2)),
  "write a": write("a"),
  "write r+": write("r+"),
  "write w": write("w"),
  "write wx": write("wx")
}

/** Operations with two paths. */
const pairs: Readonly<Record<string, Sides>> = Object.fromEntries(
  ["/d", "/d/", "/d/f", "/d/l", "/e", "/fifo", "/new", "/locked/f", "/loop", "/unreadable", "/d/..", "/"].flatMap(
    (other) => {
      const both = (
        host: (all: HostFileSystem.Operations, from: string, to: string) => HostFileSystem.Asking<void>,
        memory: (fs: Fs, from: string, to: string) => unknown
      ): readonly [Sides, Sides] => [
        { host: (all, _, path) => run(host(all, other, path)), memory: (fs, path) => memory(fs, other, path) },
        { host: (all, _, path) => run(host(all, path, other)), memory: (fs, path) => memory(fs, path, other) }
      ]
      const named = (name: string, [from, to]: readonly [Sides, Sides]) => [
        [`${name} from ${other}`, from] as const,
        [`${name} to ${other}`, to] as const
      ]
      return [
        ...named("link", both((all, from, to) => all.link(from, to), (fs, from, to) => fs.link(from, to))),
        ...named("rename", both((all, from, to) => all.rename(from, to), (fs, from, to) => fs.rename(from, to))),
        ...named(
          "copyFile",
          both((all, from, to) => all.copyFile(from, to), (fs, from, to) => Program.runSync(fs.copyFile(from, to)))
        ),
        ...named(
          "copy",
          both((all, from, to) => all.copy(from, to), (fs, from, to) => Program.runSync(fs.copy(from, to)))
        ),
        ...named(
          "copy -f",
          both(
            (all, from, to) => all.copy(from, to, { overwrite: true, preserveTimestamps: true }),
            (fs, from, to) => Program.runSync(fs.copy(from, to, { overwrite: true, preserveTimestamps: true }))
          )
        )
      ]
    }
  )
)

/** The code of a failure, or the value that was returned. */
const outcomeOf = (use: () => unknown): unknown => {
  try {
    return { value: use() }
  } catch (thrown) {
    if (Errno.isErrno(thrown)) return thrown.detail?.code ?? thrown.code
    if (Errno.isBadArgument(thrown)) return "bad argument"
    const code: unknown = Object(thrown).code
    return code
  }
}

const boxed = Object.fromEntries(
  Object.entries(tree).map(([path, entry]) => {
    const isHard = typeof entry === "object" && "of" in entry
    return [`/box${path === "/" ? "" : path}`, isHard ? MemoryTree.hardLink(`/box${entry.of}`) : entry]
  })
)

const fileSystemOf = (tree: MemoryTree.Tree): MemoryTree.Memory => memoryOf(tree, { user: own })

/** A file as it is compared: directories and links get new times from every change. */
const shown = (entry: MemoryTree.Entry | string | Uint8Array, prefix: string): unknown => {
  if (typeof entry === "string" || entry instanceof Uint8Array) return entry
  if (entry.type === "HardLink") return { ...entry, of: entry.of.slice(prefix.length) }
  return entry.type === "Directory" || entry.type === "SymbolicLink" ? { ...entry, mtime: undefined } : entry
}

const filesIn = (memory: MemoryTree.Memory, prefix: string): ReadonlyArray<readonly [string, unknown]> =>
  Object.entries(memory.snapshot())
    .filter(([path]) => path === prefix || path.startsWith(`${prefix}/`))
    .map(([path, entry]) => [path.slice(prefix.length) || "/", shown(entry, prefix)])

/**
 * Over another file system, the types of names are not known. Each of them has to be looked up, which needs permission to
 * search the directory.
 */
const isUnsearchable = (name: string, path: string): boolean => name === "readDirectory -R" && path === "/listed"

describe.each(Object.entries({ ...operations, ...pairs }))("%s", (name, { host, memory }) => {
  it("does what memory does", () => {
    const differing = paths.flatMap((path) => {
      const box = inBox(boxed, {}, { user: own })
      const alone = fileSystemOf(tree)
      const actual = outcomeOf(() => host(box.operations, box.memory.fileSystem, path))
      const expected = isUnsearchable(name, path) ? "EACCES" : outcomeOf(() => memory(alone.fileSystem, path))
      const files = [filesIn(box.memory, "/box"), filesIn(alone, "")]
      const isSame = isDeepStrictEqual([actual, files[0]], [expected, files[1]])
      return isSame
        ? []
        : [{ path: path.slice(0, 100), actual, expected, files: isDeepStrictEqual(files[0], files[1]) ? [] : files }]
    })
    expect(differing).toEqual([])
  })
})
