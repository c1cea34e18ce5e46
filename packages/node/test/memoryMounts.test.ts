/** Mounts in memory have the same results as real ones. */
import { type MemoryRoot, NodeTree, openMemoryRoot, type OpenRoot, openRoot } from "@procfsroot/node"
import { without } from "@procfsroot/testkit/judges"
import { limitedTmpfs, mountedTemporary, mountTmpfs } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import { constants, mkdirSync, promises, symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

type Root = Pick<OpenRoot.OpenRoot, "directory" | "promises" | "resolve">

const questions: Readonly<Record<string, (root: Root) => Promise<unknown>>> = {
  "a rename into a mount": ({ promises }) => promises.rename("/d/f", "/m/f"),
  "a rename out of a mount": ({ promises }) => promises.rename("/m/f", "/d/g"),
  "a rename between two mounts": ({ promises }) => promises.rename("/m/f", "/m/n/f"),
  "a rename within a mount": ({ promises }) => promises.rename("/m/f", "/m/d/f"),
  "a rename of a missing file into a mount": ({ promises }) => promises.rename("/missing", "/m/f"),
  "an exchange with a mount": ({ directory }) => directory.rename("/d", "/m", { mode: "exchange" }),
  "a rename of a mount": ({ promises }) => promises.rename("/m", "/moved"),
  "a rename onto a mount": ({ promises }) => promises.rename("/d", "/m"),
  "a rename of a directory that contains a mount": ({ promises }) => promises.rename("/d", "/moved"),
  "a link into a mount": ({ promises }) => promises.link("/d/f", "/m/new"),
  "a link out of a mount": ({ promises }) => promises.link("/m/f", "/d/new"),
  "a link to an existing name in a mount": ({ promises }) => promises.link("/d/f", "/m/f"),
  "a link to a mount": ({ promises }) => promises.link("/m", "/new"),
  "rmdir of a mount": ({ promises }) => promises.rmdir("/m"),
  "rmdir of an empty mount": ({ promises }) => promises.rmdir("/d/e"),
  "unlink of a mount": ({ promises }) => promises.unlink("/m"),
  "mkdir of a mount": ({ promises }) => promises.mkdir("/m"),
  "rm of a tree with a mount": ({ promises }) => promises.rm("/d", { recursive: true }),
  "a copy into a mount": ({ promises }) => promises.copyFile("/d/f", "/m/copy"),
  "a copy of a tree with a mount": ({ promises }) => promises.cp("/m", "/copy", { recursive: true }),
  "a copy of a directory that contains a mount": ({ promises }) => promises.cp("/d", "/copy", { recursive: true }),
  "a file in a mount": ({ promises }) => promises.readFile("/m/f", "utf8"),
  "a file that a link into a mount leads to": ({ promises }) => promises.readFile("/into", "utf8"),
  "a path through a mount": ({ promises }) => promises.readFile("/m/../d/f", "utf8"),
  "the names in a mount": ({ promises }) => promises.readdir("/m"),
  "a new file in a mount": ({ promises }) => promises.writeFile("/m/new", "new"),
  "a new directory in a mount": ({ promises }) => promises.mkdir("/m/x/y", { recursive: true }),
  "the path of a directory in a mount": ({ resolve }) => resolve("/m/d"),
  "the path of a directory in a mount, if mounts are forbidden": ({ resolve }) => resolve("/m/d", { mounts: "forbid" }),
  "the path of a file next to a mount, if mounts are forbidden": ({ resolve }) => resolve("/d/f", { mounts: "forbid" })
}

const furnish = (box: string): void => {
  const at = (path: string) => `${box}/${path}`
  for (const path of ["d", "d/e", "m"]) mkdirSync(at(path))
  for (const path of ["d/e", "m"]) mountTmpfs(at(path))
  mkdirSync(at("m/n"))
  mountTmpfs(at("m/n"))
  mkdirSync(at("m/d"))
  for (const path of ["d/f", "m/f"]) writeFileSync(at(path), path)
  symlinkSync("/m/f", at("into"))
}

const told = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    const value = await asked
    return Array.isArray(value) ? value.toSorted() : value
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error
  }
}

/** Paths of which one or both do not end in a name. With each pair, a rename and a link fail. */
const pairs = [
  ["/m/d/..", "/d/new"],
  ["/d/f", "/m/d/.."],
  ["/m/.", "/d/new"],
  ["/d/.", "/m/new"],
  ["/d/.", "/d/new"],
  ["/d/..", "/m/.."],
  ["/m/..", "/m/d/.."],
  ["/m/d/", "/d/new"],
  ["/m/d/.", "/m/new"]
] as const

/**
 * The calls by which the errors and their order are compared, if the first disk is read-only and the
 * mounts are writable.
 */
const changes: Readonly<Record<string, (root: Root) => Promise<unknown>>> = {
  ...questions,
  "a new file": ({ promises }) => promises.writeFile("/new", "new"),
  "a rename": ({ promises }) => promises.rename("/d/f", "/d/g"),
  "a link": ({ promises }) => promises.link("/d/f", "/d/g"),
  "a mode of a mount": ({ promises }) => promises.chmod("/m", 0o700),
  "a mode": ({ promises }) => promises.chmod("/d", 0o700),
  "access to a mount": ({ promises }) => promises.access("/m", constants.W_OK),
  "access": ({ promises }) => promises.access("/d", constants.W_OK)
}

describe.skipIf(without("root", "mountHere", "openat2"))("mounts in memory", () => {
  it.each(["cross", "forbid"] as const)("behave as on a disk: %s", async (mounts) => {
    for (const [what, ask] of Object.entries(questions)) {
      using box = mountedTemporary()
      furnish(box.path)
      const tree: MemoryRoot.Tree = await NodeTree.fromDirectory(box.path)
      const memory = openMemoryRoot(tree, { mounts })
      await using disk = await openRoot(box.path, { mounts })
      expect([what, await told(ask(memory))]).toEqual([what, await told(ask(disk))])
    }
  })

  it("are compared before the last components of two paths, as in the kernel", async () => {
    using box = mountedTemporary()
    furnish(box.path)
    const memory = openMemoryRoot(await NodeTree.fromDirectory(box.path))
    await using kernel = await openRoot(box.path)
    await using walk = await openRoot(box.path, { strategy: "walk" })
    for (const [from, to] of pairs) {
      for (const method of ["link", "rename"] as const) {
        const expected = await told(promises[method](box.path + from, box.path + to))
        const roots = await Promise.all([memory, kernel, walk].map((root) => told(root.promises[method](from, to))))
        expect([method, from, to, ...roots]).toEqual([method, from, to, expected, expected, expected])
      }
    }
  })

  it("are writable even if the disk below is read-only", async () => {
    for (const [what, change] of Object.entries(changes)) {
      using box = limitedTmpfs("mode=755")
      furnish(box.path)
      const memory = openMemoryRoot(await NodeTree.fromDirectory(box.path), { limits: { readOnly: true } })
      box.freeze()
      await using disk = await openRoot(box.path)
      expect([what, await told(change(memory))]).toEqual([what, await told(change(disk))])
    }
  })

  it("are recognized in a directory on a disk, each with its own device number", async () => {
    using box = mountedTemporary()
    furnish(box.path)
    const { directory, snapshot } = openMemoryRoot(await NodeTree.fromDirectory(box.path))
    const mounted = Object.entries(snapshot()).filter(([, entry]) => entry.type === "Directory" && entry.mount === true)
    expect(mounted.map(([path]) => path)).toEqual(["/d/e", "/m", "/m/n"])
    const devices = await Promise.all(["/", "/d", "/d/e", "/m", "/m/n", "/m/f"].map((path) => directory.stat(path)))
    const [root, beside, ...inside] = devices.map(({ dev }) => dev)
    expect(beside).toBe(root)
    expect(new Set([root, ...inside]).size).toBe(4)
    expect(inside[3]).toBe(inside[1])
  })

  it("become directories when a tree is written to a disk", async () => {
    using box = mountedTemporary()
    using other = temporary()
    furnish(box.path)
    await NodeTree.toDirectory(await NodeTree.fromDirectory(box.path), other.path)
    expect((await NodeTree.fromDirectory(other.path))["/m"]).not.toHaveProperty("mount")
  })
})
