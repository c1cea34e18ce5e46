/** Where mounts are forbidden, no mount point is removed or renamed, and no handle is left. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { failure, options } from "./failing.js"
import { built, type Handle, Held, nothing } from "./handles.js"

const tree: MemoryTree.Tree = {
  "/d/mounted": MemoryTree.directory(),
  "/d/bound": "a file on a file",
  "/d/e": MemoryTree.directory(),
  "/d/f": "text",
  "/x": "text"
}

/** A file system in which two names of `/d` are on other mounts. `protects`: the kernel refuses to remove those. */
const mounting = (protects?: boolean) => {
  const { operations, root } = built(tree)
  const nodes = new Map(["mounted", "bound"].map((name) => [operations.child(operations.child(root, "d"), name), name]))
  const calls: Array<string> = []
  const held = new Held({ ...built(tree), operations, root }, "name", (name) => calls.push(name))
  const fs = FileSystem.make({
    ...held.operations,
    mount: (handle: Handle) => nodes.get(handle.node) ?? "root",
    ...(protects === undefined ? {} : { protectsMounts: () => protects })
  }, { ...options, policy: { mounts: "forbid" } })
  return { calls, fs, held }
}

type Run = Parameters<typeof failure>[0]

const removals: ReadonlyArray<readonly [string, Run, ReadonlyArray<unknown>]> = [
  ["rmdir", (fs) => fs.rmdir("/d/mounted"), ["EBUSY", "rmdir", ["/d/mounted"]]],
  ["unlink", (fs) => void fs.unlink("/d/bound"), ["EBUSY", "unlink", ["/d/bound"]]],
  ["rename", (fs) => void fs.rename("/d/bound", "/new"), ["EBUSY", "rename", ["/d/bound", "/new"]]],
  ["rename over it", (fs) => void fs.rename("/x", "/d/bound"), ["EBUSY", "rename", ["/x", "/d/bound"]]]
]

describe("if the kernel would remove a mount point", () => {
  it.each(removals)("%s fails", (_, run, told) => {
    const { fs, held } = mounting(false)
    expect(failure(run, fs)).toEqual(told)
    expect(held.left).toEqual(nothing)
    expect(Program.runSync(fs.readDirectory("/d", false))).toEqual(["bound", "e", "f", "mounted"])
  })

  it("other names are removed and renamed", () => {
    const { fs, held } = mounting(false)
    fs.rmdir("/d/e")
    Program.valueOf(fs.unlink("/d/f"))
    Program.valueOf(fs.rename("/x", "/d/new"))
    expect(Program.runSync(fs.readDirectory("/d", false))).toEqual(["bound", "mounted", "new"])
    expect(held.left).toEqual(nothing)
  })

  it("a missing name is reported by the call", () => {
    const { fs, held } = mounting(false)
    expect(failure((fs) => fs.rmdir("/d/none"), fs)).toEqual(["ENOENT", "rmdir", ["/d/none"]])
    expect(failure((fs) => void fs.unlink("/d/none"), fs)).toEqual(["ENOENT", "unlink", ["/d/none"]])
    expect(failure((fs) => void fs.rename("/d/none", "/x"), fs)).toEqual(["ENOENT", "rename", ["/d/none", "/x"]])
    expect(held.left).toEqual(nothing)
  })

  it("a failure to look at the name is reported", () => {
    const { fs } = mounting(false)
    const { operations } = built(tree)
    const failing = FileSystem.make({
      ...operations,
      mount: () => "root",
      protectsMounts: () => false,
      child: () => {
        throw Errno.make("EIO")
      }
    }, { ...options, policy: { mounts: "forbid" } })
    expect(failure((fs) => fs.rmdir("/d/e"), failing)).toEqual(["EIO", "rmdir", ["/d/e"]])
    expect(fs.exists("/d/e")).toBe(true)
  })
})

it.each([true, undefined])("names are not looked at if the kernel refuses mount points itself: %s", (protects) => {
  const { calls, fs } = mounting(protects)
  fs.rmdir("/d/e")
  Program.valueOf(fs.unlink("/d/f"))
  Program.valueOf(fs.rename("/x", "/new"))
  expect(calls.filter((name) => name === "child")).toEqual([])
})
