/** Tests that each operation on nodes is reported as a step at its paths, before it is made. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import * as Errno from "@procfsroot/vfs/Errno"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { inodeOperations } from "../src/internal/memory/inodeOperations.js"
import { continuing, stepping } from "../src/internal/memory/steps.js"
import { flagsOf } from "../src/internal/openFlags.js"
import { codeOf } from "./failing.js"
import { built } from "./handles.js"
import { nodeAt, observing, placeAt } from "./memory.js"

const tree: MemoryTree.Tree = {
  "/d/f": "0123456789",
  "/d/e": MemoryTree.directory(),
  "/l": MemoryTree.link("d"),
  "/fifo": MemoryTree.fifo()
}

const { valueOf } = Program

const scene = (limits: { readonly openFiles?: number } = {}) => {
  const { root, world } = built(tree)
  const { disk, steps } = world.shared
  disk.limit(limits, root)
  const told: Array<string> = []
  return {
    at: (path: string) => nodeAt(root, path),
    listener: observing((step, places) => void told.push([step, ...places].join(" "))),
    operations: stepping(inodeOperations(world, root), steps, root),
    place: (directory: string, name: string) => placeAt(root, `${directory === "/" ? "" : directory}/${name}`),
    root,
    steps,
    told
  }
}

type Scene = ReturnType<typeof scene>

const opened = ({ at, operations }: Scene, path = "/d/f") => valueOf(operations.openInode(at(path), flagsOf("r+")))

const bytes = new Uint8Array(2)

const calls: Readonly<Record<string, (made: Scene) => unknown>> = {
  "access /d/f": ({ at, operations }) => operations.access(at("/d/f"), { readable: true, writable: false }),
  "chmod /d/f": ({ at, operations }) => operations.chmod(at("/d/f"), 0o600),
  "chown /d/f": ({ at, operations }) => operations.chown(at("/d/f"), 1, 1),
  "getxattr /d/f": ({ at, operations }) => operations.extendedAttributes.get(at("/d/f"), "user.a"),
  "link /d/f /d/e/new": ({ at, operations, place }) => {
    operations.link(place("/d", "f"), place("/d/e", "new"))
    expect(at("/d/e/new")).toBe(at("/d/f"))
  },
  "listxattr /d": ({ at, operations }) => operations.extendedAttributes.list(at("/d")),
  "lookup /d/e": ({ at, operations }) => expect(operations.child(at("/d"), "e")).toBe(at("/d/e")),
  "lookup /l": ({ operations, root }) => expect(operations.child(root, "l")._tag).toBe("SymbolicLink"),
  "mkdir /d/new": ({ at, operations, place }) => {
    operations.mkdir(place("/d", "new"), 0o700)
    expect(at("/d/new")._tag).toBe("Directory")
  },
  "mknod /new": ({ operations, place }) => operations.mknod(place("/", "new"), { type: "FIFO" }, 0o600),
  "open /d/new": ({ operations, place }) => operations.create(place("/d", "new"), flagsOf("w"), 0o600),
  "open /d/f": opened,
  "open /d": ({ at, operations }) => operations.openDirectory(at("/d")),
  "readdir /d": ({ at, operations }) => expect(valueOf(operations.readdir(at("/d")))).toEqual(["e", "f"]),
  "readdir /": ({ operations, root }) => expect(valueOf(operations.readEntries(root))).toHaveLength(3),
  "readlink /l": ({ operations, place }) => expect(operations.readlink(place("/", "l"))).toBe("d"),
  "removexattr /d/f": ({ at, operations }) => codeOf(() => operations.extendedAttributes.remove(at("/d/f"), "user.a")),
  "rename /d/f /new": ({ at, operations, place }) => {
    operations.rename(place("/d", "f"), place("/", "new"), "replace")
    expect(at("/new")._tag).toBe("File")
  },
  "rmdir /d/e": ({ operations, place }) => operations.rmdir(place("/d", "e")),
  "setxattr /d/f": ({ at, operations }) => operations.extendedAttributes.set(at("/d/f"), "user.a", bytes),
  "stat /d": ({ at, operations }) => expect(operations.getattr(at("/d")).mode).toBe(0o040755),
  "stat /d/f": ({ at, operations }) => expect(operations.getattrExact(at("/d/f")).size).toBe(10n),
  "stat /d/e": ({ operations, place }) => expect(operations.peek(place("/d", "e"))).toBeDefined(),
  "statfs /": ({ operations, root }) => operations.statfs(root),
  "symlink /d/new": ({ at, operations, place }) => {
    operations.symlink("target", place("/d", "new"))
    expect(at("/d/new")).toMatchObject({ target: "target" })
  },
  "fsync /d": ({ at, operations }) => operations.openForSync(at("/d")).sync(),
  "unlink /d/f": ({ operations, place }) => operations.unlink(place("/d", "f")),
  "utimes /d/f": ({ at, operations }) => operations.utimes(at("/d/f"), 1, 2),
  "watch /d": ({ at, operations }) => operations.watch(at("/d"), { happened: () => {}, failed: () => {} }).stop()
}

/** Calls on a file that is open already. */
const fileCalls: Readonly<Record<string, (made: Scene, file: ReturnType<typeof opened>) => unknown>> = {
  "chmod /d/f": ({ operations: { files } }, file) => files.chmod(file, 0o600),
  "chown /d/f": ({ operations: { files } }, file) => files.chown(file, 1, 1),
  "close /d/f": ({ operations: { files } }, file) => files.close(file, false),
  "fsync /d/f": ({ operations: { files } }, file) => files.sync(file),
  "getxattr /d/f": ({ operations: { files } }, file) => files.extendedAttributes.get(file, "user.a"),
  "listxattr /d/f": ({ operations: { files } }, file) => files.extendedAttributes.list(file),
  "read /d/f": ({ operations: { files } }, file) => expect(files.read(file, new Uint8Array(3), 0)).toBe(3),
  "removexattr /d/f": ({ operations: { files } }, file) =>
    codeOf(() => files.extendedAttributes.remove(file, "user.a")),
  "setxattr /d/f": ({ operations: { files } }, file) => files.extendedAttributes.set(file, "user.a", bytes),
  "stat /d/f": ({ operations: { files } }, file) => {
    expect(files.getattr(file).size).toBe(10)
    return files.getattrExact(file)
  },
  "truncate /d/f": ({ operations: { files } }, file) => files.truncate(file, 1),
  "utimes /d/f": ({ operations: { files } }, file) => files.utimes(file, 1, 2),
  "write /d/f": ({ operations: { files } }, file) => expect(files.write(file, bytes, 0)).toBe(2)
}

describe("the step", () => {
  it.each(Object.entries(calls))("%s is reported before it is made", (expected, call) => {
    const made = scene()
    made.steps.listener = made.listener
    call(made)
    expect(made.told).toEqual([expected])
    made.steps.listener = undefined
    call(scene())
  })

  it.each(Object.entries(fileCalls))("%s of an open file is reported before it is made", (expected, call) => {
    const made = scene()
    const file = opened(made)
    made.steps.listener = made.listener
    call(made, file)
    expect([...new Set(made.told)]).toEqual([expected])
    const other = scene()
    call(other, opened(other))
  })

  it("is not made if the listener throws", () => {
    const made = scene()
    const refuse = (): never => {
      throw Errno.make("EIO")
    }
    made.steps.listener = { ...made.listener, before: refuse, around: refuse }
    const { at, operations, place, root, steps } = made
    expect(codeOf(() => operations.mkdir(place("/d", "new"), 0o700))).toBe("EIO")
    expect(codeOf(() => operations.link(place("/d", "f"), place("/d", "new")))).toBe("EIO")
    expect(codeOf(() => operations.rename(place("/d", "f"), place("/d", "new"), "replace"))).toBe("EIO")
    expect(codeOf(() => operations.symlink("target", place("/d", "new")))).toBe("EIO")
    expect(codeOf(() => operations.child(at("/d"), "f"))).toBe("EIO")
    steps.listener = undefined
    expect(operations.readdir(at("/d"))).toEqual(["e", "f"])
    expect(operations.top()).toBe(root)
  })
})

describe("a lookup of a walk", () => {
  const lookup = ({ at, operations }: Scene, directory: string, name: string) =>
    operations.lookup({
      _tag: "Lookup",
      directory: ComponentStack.make(at(directory)),
      name,
      trailing: false,
      slashed: false,
      forbidsMounts: false
    }, (node) => node)

  it("is a step at the path of the name, or of the directory for a dot", () => {
    const made = scene()
    made.steps.listener = made.listener
    expect([lookup(made, "/d", "f"), lookup(made, "/", "d"), lookup(made, "/d/e", ".")].map(({ _tag }) => _tag))
      .toEqual(["Other", "Directory", "Directory"])
    expect(made.told).toEqual(["lookup /d/f", "lookup /d", "lookup /d/e"])
  })

  it("fails with an errno of the listener, but not with another error", () => {
    const made = scene()
    const throwing = (thrown: unknown) => {
      made.steps.listener = {
        ...made.listener,
        before: () => {
          throw thrown
        }
      }
      return () => lookup(made, "/d", "f")
    }
    const errno = Errno.make("EIO")
    expect(throwing(errno)()).toEqual({ _tag: "Fault", cause: errno })
    expect(throwing(new RangeError("broken"))).toThrow(new RangeError("broken"))
  })
})

describe("bytes", () => {
  it("that were read and written are counted", () => {
    for (const isListening of [false, true]) {
      const made = scene()
      const { at, listener, operations: { contents, files }, steps } = made
      const file = opened(made)
      if (isListening) steps.listener = listener
      files.read(file, new Uint8Array(4), 8)
      files.write(file, new Uint8Array(3), 0)
      expect([steps.read, steps.written]).toEqual([2, 3])
      contents(at("/d/f"))
      expect([steps.read, steps.written]).toEqual([12, 3])
      const fifo = opened(made, "/fifo")
      files.read(fifo, new Uint8Array(4), undefined)
      contents(at("/fifo"))
      expect([steps.read, steps.written]).toEqual([12, 3])
    }
  })

  it("can be fewer than asked for", () => {
    const made = scene()
    const { listener, operations: { files }, steps } = made
    const file = opened(made)
    steps.listener = { ...listener, around: (_, __, perform) => perform(1) }
    expect([files.read(file, new Uint8Array(4), 0), files.write(file, new Uint8Array(3), 0)]).toEqual([1, 1])
    expect([steps.read, steps.written]).toEqual([1, 1])
  })
})

describe("a directory that is read in parts", () => {
  it("makes a step for each part", () => {
    const made = scene()
    const { at, listener, operations, steps, told } = made
    steps.listener = listener
    const directory = operations.openDirectory(at("/d"))
    expect(valueOf(directory.read())).toHaveLength(2)
    expect(valueOf(directory.read())).toHaveLength(0)
    directory.close()
    expect(told).toEqual(["open /d", "readdir /d", "readdir /d"])
  })

  it("belongs to the operation that opened it", () => {
    const { steps } = scene()
    const begun: Array<string> = []
    const reader = {
      next: () => Program.sync(() => [1]),
      close: () => Program.sync(() => {})
    }
    steps.continued = () => (begin) => {
      begun.push("later")
      return begin()
    }
    const later = continuing(steps, reader)
    expect(Program.runSync(later.next())).toEqual([1])
    expect(Program.runSync(later.close())).toBeUndefined()
    expect(begun).toEqual(["later", "later"])
  })
})

it("operations are made in steps if a step can fail, or an open can", () => {
  const { listener, operations, steps } = scene()
  expect(operations.inSteps()).toBe(false)
  steps.listener = listener
  expect(operations.inSteps()).toBe(true)
  expect(scene({ openFiles: 3 }).operations.inSteps()).toBe(true)
})
