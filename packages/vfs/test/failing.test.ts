/** Tests which call each operation reports as failed, and its paths. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import { expect, it } from "vitest"
import { failure, failures, type Fs, options } from "./failing.js"
import type { Node } from "../src/internal/memory/inode.js"
import { built, type Operations } from "./handles.js"

const tree: MemoryTree.Tree = {
  "/d/e/f": "text",
  "/d/f": "text",
  "/l": MemoryTree.link("d/f")
}

const calls = (run: Parameters<typeof failures>[2]) => failures(tree, { uid: 0, gid: 0 }, run)

const bytes = new TextEncoder().encode("new")

it("a removal that may not remove a file or a directory removes what is in the directory, if it may", () => {
  const removal = (mode: number, name: string) => {
    const tree: MemoryTree.Tree = {
      "/d": MemoryTree.directory({ mode: 0o777 }),
      "/d/e": MemoryTree.directory({ mode }),
      [`/d/e/${name}`]: ""
    }
    const below = name.includes("/") ? { "/d/e/f": MemoryTree.directory({ mode: 0o777 }) } : {}
    const fs: Fs = FileSystem.make(built({ ...tree, ...below }, { uid: 7, gid: 7 }).operations, options)
    const told = failure((fs) => fs.remove("/d/e", { recursive: true }), fs)
    return [...told, Program.runSync(fs.readDirectory("/d", true))]
  }
  expect(removal(0o1777, "f")).toEqual(["EPERM", "unlink", ["/d/e/f"], ["e", "e/f"]])
  expect(removal(0o755, "f")).toEqual(["EACCES", "unlink", ["/d/e/f"], ["e", "e/f"]])
  expect(removal(0o1777, "f/x")).toEqual(["EPERM", "rmdir", ["/d/e/f"], ["e", "e/f"]])
  expect(removal(0o755, "f/x")).toEqual(["EACCES", "rmdir", ["/d/e/f"], ["e", "e/f", "e/f/x"]])
})

it("a removal reports the call that failed", () => {
  expect(calls((fs) => fs.remove("/d", { recursive: true }))).toEqual([
    "getattr: EIO rm /d",
    "rmdir: EIO rmdir /d",
    "getattr: EIO rm /d",
    "rmdir: EIO rmdir /d",
    "child: EIO scandir /d",
    "readdir: EIO scandir /d",
    "unlink: EIO unlink /d/e",
    "rmdir: EIO rmdir /d/e",
    "child: EIO scandir /d/e",
    "readdir: EIO scandir /d/e",
    "unlink: EIO unlink /d/e/f",
    "rmdir: EIO rmdir /d/e",
    "unlink: EIO unlink /d/f",
    "rmdir: EIO rmdir /d"
  ])
  expect(calls((fs) => fs.remove("/l"))).toEqual(["getattr: EIO rm /l", "unlink: EIO unlink /l"])
  expect(calls((fs) => fs.remove("/none", { force: true }))).toEqual([])
})

/** A file system in which one call behaves differently. */
const changed = (
  change: (operations: Operations<Node>) => Partial<Operations<Node>>,
  policy: PathPolicy = {}
): Fs => {
  const { operations } = built(tree)
  return FileSystem.make({ ...operations, ...change(operations) }, { ...options, policy })
}

/** A call that ends at once. */
const ended = (end: () => void): Program.Call<void> =>
  Program.call((done) => {
    end()
    done({ value: undefined })
  })

it("a removal and a rename wait until a file is freed where mounts are forbidden", () => {
  const freed: Array<string> = []
  const fs = changed(({ rename, unlink }) => ({
    mount: () => 0,
    rename: (from, to, mode) => {
      void rename(from, to, mode)
      return ended(() => freed.push(`${from.name} → ${to.name}`))
    },
    unlink: (place) => {
      void unlink(place)
      return ended(() => freed.push(place.name))
    }
  }), { mounts: "forbid" })
  Program.runSync(fs.remove("/l"))
  Program.valueOf(fs.rename("/d/f", "/new"))
  Program.valueOf(fs.unlink("/new"))
  expect(freed).toEqual(["l", "f → new", "new"])
})

it.each([true, false])("a removal waits until a file is freed, in steps: %s", (inSteps) => {
  const waiting = (run: Parameters<typeof failure>[0]) => {
    const freed: Array<string> = []
    const fs = changed(({ unlink }) => ({
      inSteps: () => inSteps,
      unlink: (place) => {
        void unlink(place)
        return ended(() => freed.push(place.name))
      }
    }))
    return [...failure(run, fs), ...freed]
  }
  expect(waiting((fs) => fs.remove("/l"))).toEqual(["ok", "l"])
  expect(waiting((fs) => fs.remove("/d", { recursive: true }))).toEqual(["ok", "f", "f"])
})

it.each([{}, { mounts: "forbid" }] as const)("a removal passes on what it has found, with %o", (policy) => {
  const found: Array<unknown> = []
  const fs = changed(({ unlink }) => ({
    mount: () => 0,
    unlink: (place, known) => {
      found.push([place.name, known?.size])
      return unlink(place)
    }
  }), policy)
  Program.runSync(fs.copy("/d/e/f", "/d/f", { overwrite: true }))
  Program.runSync(fs.remove("/d/f"))
  Program.runSync(fs.remove("/d", { recursive: true }))
  expect(found).toEqual([["f", 4], ["f", 4], ["e", undefined], ["f", undefined]])
})

it("a removal reports a file that could not be freed", () => {
  const fs = () =>
    changed(({ unlink }) => ({
      unlink: (place) => {
        void unlink(place)
        return Program.call((done) => done({ error: Errno.make("EIO") }))
      }
    }))
  expect(failure((fs) => fs.remove("/l"), fs())).toEqual(["EIO", "unlink", ["/l"]])
  expect(failure((fs) => fs.remove("/d", { recursive: true }), fs())).toEqual(["EIO", "unlink", ["/d/e/f"]])
})

it("a removal goes on if a name is gone", () => {
  const fs = (code: "ENOENT" | "EPERM") =>
    changed(({ unlink }) => ({
      unlink: (place) => {
        void unlink(place)
        throw Errno.make(code)
      }
    }))
  expect(failure((fs) => fs.remove("/l"), fs("ENOENT"))).toEqual(["ok"])
  expect(failure((fs) => fs.remove("/d", { recursive: true }), fs("ENOENT"))).toEqual(["ok"])
  expect(failure((fs) => fs.remove("/l"), fs("EPERM"))).toEqual(["EPERM", "unlink", ["/l"]])
  expect(failure((fs) => fs.remove("/d", { recursive: true }), fs("EPERM"))).toEqual(["ok"])
})

it("a removal reports why a file stays if it may not look at it", () => {
  const refused = (looked: "EACCES" | "EIO") =>
    changed(() => ({
      unlink: () => {
        throw Errno.make("EPERM")
      },
      peek: () => {
        throw Errno.make(looked)
      }
    }))
  const remove: Parameters<typeof failure>[0] = (fs) => fs.remove("/d/e", { recursive: true })
  expect(failure(remove, refused("EACCES"))).toEqual(["EPERM", "unlink", ["/d/e/f"]])
  expect(failure(remove, refused("EIO"))).toEqual(["EIO", "rm", ["/d/e"]])
})

it.each(["ENOTEMPTY", "EEXIST", "EPERM"] as const)("a removal empties a directory after %s", (code) => {
  let made = 0
  const fs = changed(({ rmdir }) => ({
    rmdir: (place) => {
      if (made++ === 0) throw Errno.make(code)
      rmdir(place)
    }
  }))
  expect(failure((fs) => fs.remove("/d", { recursive: true }), fs)).toEqual(["ok"])
})

it("a removal and a copy name the directory that could not be listed, even if that took time", () => {
  const below = (): Fs => {
    const { operations } = built(tree)
    let made = 0
    const readdir: typeof operations.readdir = (directory) =>
      ++made === 1 ? operations.readdir(directory) : Program.failed(Errno.make("EIO"))
    return FileSystem.make({ ...operations, readdir }, options)
  }
  expect(failure((fs) => fs.remove("/d", { recursive: true }), below())).toEqual(["EIO", "scandir", ["/d/e"]])
  expect(failure((fs) => fs.copy("/d", "/new"), below())).toEqual(["EIO", "opendir", ["/d/e"]])
})

it("creating directories and temporary files reports the call that failed", () => {
  expect(calls((fs) => fs.makeDirectories("/d/new/x", 0o777))).toEqual([
    "mkdir: EIO mkdir /d/new/x",
    "mkdir: EIO mkdir /d/new/x",
    "getattr: EIO mkdir /d/new/x"
  ])
  expect(calls((fs) => fs.makeTemporaryFile("/d/t", ".x"))).toEqual([
    "mkdir: EIO mkdtemp /d/tXXXXXX",
    "create: EIO open /d/tXXXXXX/name.x",
    "files.close: EIO close "
  ])
})

it("writing and reading files reports the call that failed", () => {
  expect(calls((fs) => fs.rootDirectory.writeFileAtomic("/l", bytes, { keepMode: true }))).toEqual([
    "getattr: EIO open /l",
    "readdir: EIO open /l",
    "getattr: EIO open /l",
    "create: EIO open /l",
    "files.write: EIO write ",
    "files.getattr: EIO fstat ",
    "files.chmod: EIO fchmod ",
    "files.sync: EIO fsync ",
    "files.close: EIO close ",
    "openForSync: EIO open /l",
    "rename: EIO rename /l",
    "syncDirectory: EIO fsync "
  ])
  expect(calls((fs) => fs.rootDirectory.readFileBounded("/l", 100))).toEqual([
    "getattr: EIO open /l",
    "openInode: EIO open /l",
    "files.read: EIO read ",
    "files.read: EIO read ",
    "files.close: ok"
  ])
  expect(calls((fs) => fs.writeFile("/l", bytes, "w", 0o666))).toEqual([
    "getattr: EIO open /l",
    "openInode: EIO open /l",
    "files.write: EIO write ",
    "files.close: EIO close "
  ])
  expect(calls((fs) => fs.truncate("/l", 1))).toEqual([
    "openInode: EIO open /l",
    "files.truncate: EIO ftruncate ",
    "files.close: EIO close "
  ])
})

it("an operation on names reports the call that failed", () => {
  const names: ReadonlyArray<(fs: Fs) => void> = [
    (fs) => fs.link("/d/f", "/new"),
    (fs) => fs.link("/d", "/new"),
    (fs) => fs.symlink("f", "/new"),
    (fs) => fs.rename("/d/f", "/new"),
    (fs) => void fs.readLink("/l"),
    (fs) => fs.unlink("/l"),
    (fs) => fs.rmdir("/d/e")
  ]
  expect(names.flatMap(calls)).toEqual([
    "link: EIO link /d/f,/new",
    "link: EIO link /d,/new",
    "symlink: EIO symlink f,/new",
    "rename: EIO rename /d/f,/new",
    "readlink: EIO readlink /l",
    "unlink: EIO unlink /l",
    "rmdir: EIO rmdir /d/e"
  ])
})
