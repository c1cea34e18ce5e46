/**
 * Reads trees from directories and writes them to directories. GNU tar compares the contents, links, modes,
 * owners and times.
 */
import { MemoryRoot, NodeTree, openMemoryRoot, openRoot, TreeDiff } from "@procfsroot/node"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

declare module "vitest" {
  interface Matchers<T> extends TreeDiff.Matchers<T> {}
}

expect.extend(TreeDiff.matchers)

const tar = judge(() =>
  spawnSync("tar", ["--version"]).stdout?.includes("GNU tar") === true ? undefined : "GNU tar cannot be run"
)

const isRoot = process.getuid?.() === 0

const archive = (directory: string): Buffer => {
  const { status, stderr, stdout } = spawnSync("tar", ["--sort=name", "--format=gnu", "-C", directory, "-c", "."])
  if (status !== 0) throw new Error(stderr.toString())
  return stdout
}

/** Creates files of every type. One name is not UTF-8. */
const furnish = (directory: string): void => {
  const at = (path: string) => `${directory}/${path}`
  mkdirSync(at("etc/deep"), { recursive: true })
  writeFileSync(at("etc/motd"), "hello\n")
  writeFileSync(at("etc/bytes"), new Uint8Array([0, 255, 128]))
  writeFileSync(at("etc/run"), "#!/bin/sh\n")
  linkSync(at("etc/motd"), at("etc/deep/again"))
  symlinkSync("/etc/motd", at("link"))
  symlinkSync("../../../outside", at("out"))
  const latin = Buffer.from(at("caf\xe9"), "latin1")
  writeFileSync(latin, "latin")
  spawnSync("mkfifo", [at("pipe")])
  if (isRoot) {
    chownSync(at("etc/run"), 1, 2)
    chownSync(at("etc/deep"), 65_534, 65_534)
  }
  // Only the superuser writes set-id bits.
  chmodSync(at("etc/run"), isRoot ? 0o6751 : 0o751)
  chmodSync(at("etc/deep"), 0o1777)
  chmodSync(at("etc/motd"), 0o400)
  chmodSync(at("pipe"), 0o620)
  const paths = ["etc/bytes", "etc/motd", "etc/run", "pipe", "link", "out", "etc/deep", "etc", "."].map(at)
  // Every file gets a time in whole seconds: a tree has milliseconds, to which a time just before a second is rounded up.
  for (const [index, path] of [latin, ...paths].entries()) {
    lutimesSync(path, 1_000_000 + index, 2_000_000 + index)
  }
}

describe.skipIf(without(tar))("a directory as a tree", () => {
  it.each([{ lazy: false }, { lazy: true }])("is the same after it is read and written: %o", async (options) => {
    using source = temporary()
    using copy = temporary()
    furnish(source.path)
    const tree = await NodeTree.fromDirectory(source.path, options)
    const root = openMemoryRoot(tree)
    await NodeTree.toDirectory(root.snapshot(), copy.path)
    expect(archive(copy.path).equals(archive(source.path))).toBe(true)
    expect(await NodeTree.fromDirectory(copy.path)).toEqualTree(tree)
  })

  it("is the same as the tree of an archive of the directory", async () => {
    using source = temporary()
    using other = temporary()
    furnish(source.path)
    writeFileSync(`${other.path}/tar`, archive(source.path))
    // In the format of the archive, times are whole seconds.
    expect(await NodeTree.fromTar(`${other.path}/tar`)).toEqualTree(await NodeTree.fromDirectory(source.path), {
      ignore: ["mtime"]
    })
  })

  it.skipIf(without(nativeCalls))("has the nearest possible dates for times that a date cannot represent", async () => {
    using memory = temporary("/dev/shm") // tmpfs stores such times
    const times = { "/early": -(2n ** 63n), "/late": 2n ** 63n - 1n } // in seconds
    await using root = await openRoot(memory.path)
    for (const [path, seconds] of Object.entries(times)) {
      await root.promises.writeFile(path, "")
      await root.directory.lutimes(path, seconds * 1_000_000_000n, seconds * 1_000_000_000n)
    }
    const tree = await NodeTree.fromDirectory(memory.path)
    const { promises } = openMemoryRoot(tree)
    expect((await promises.stat("/early")).mtimeMs).toBe(-8.64e15)
    expect((await promises.stat("/late")).mtimeMs).toBe(8.64e15)
  })

  it("includes only the content of the directories that `enter` accepts", async () => {
    using source = temporary()
    furnish(source.path)
    const tree = await NodeTree.fromDirectory(source.path, { enter: ({ name }) => name !== "deep" })
    expect(Object.keys(tree).filter((path) => path.startsWith("/etc")).toSorted()).toEqual(
      ["/etc", "/etc/bytes", "/etc/deep", "/etc/motd", "/etc/run"]
    )
  })
})

describe("a lazy tree", () => {
  it("refuses to read a file that was replaced or changed", async () => {
    using box = temporary()
    for (const name of ["changed", "gone", "linked", "replaced", "same"]) writeFileSync(`${box.path}/${name}`, name)
    const { promises } = openMemoryRoot(await NodeTree.fromDirectory(box.path, { lazy: true }))
    expect((await promises.stat("/same")).size).toBe(4)
    writeFileSync(`${box.path}/changed`, "CHANGED")
    rmSync(`${box.path}/gone`)
    rmSync(`${box.path}/linked`)
    symlinkSync("same", `${box.path}/linked`)
    writeFileSync(`${box.path}/other`, "replaced")
    renameSync(`${box.path}/other`, `${box.path}/replaced`)
    await expect(promises.readFile("/changed")).rejects.toMatchObject({ code: "ESTALE" })
    await expect(promises.readFile("/gone")).rejects.toMatchObject({ code: "ENOENT" })
    await expect(promises.readFile("/linked")).rejects.toMatchObject({ code: "ELOOP" })
    await expect(promises.readFile("/replaced")).rejects.toMatchObject({ code: "ESTALE", path: "/replaced" })
    expect(await promises.readFile("/same", "utf8")).toBe("same")
    rmSync(`${box.path}/same`)
    expect(await promises.readFile("/same", "utf8")).toBe("same")
  })
})

describe("writing a tree to a directory", () => {
  it("replaces nothing and follows no links", async () => {
    using box = temporary()
    mkdirSync(`${box.path}/root`)
    mkdirSync(`${box.path}/outside`)
    symlinkSync("../outside", `${box.path}/root/d`)
    await expect(NodeTree.toDirectory({ "/d/f": "x" }, `${box.path}/root`)).rejects.toMatchObject({
      code: "EEXIST",
      path: "/d"
    })
    await expect(NodeTree.toDirectory({ "d": "x" }, `${box.path}/root`)).rejects.toThrow(TypeError)
    expect(await NodeTree.fromDirectory(`${box.path}/outside`)).toEqualTree(
      { "/": MemoryRoot.directory() },
      { ignore: ["mode", "uid", "gid", "mtime"] }
    )
  })

  it("sets modes that do not depend on the umask", async () => {
    using box = temporary()
    const { directory, file } = MemoryRoot
    const before = process.umask(0o077)
    try {
      await NodeTree.toDirectory({ "/d": directory({ mode: 0o555 }), "/d/f": file("x", { mode: 0o4777 }) }, box.path)
    } finally {
      process.umask(before)
    }
    expect(lstatSync(`${box.path}/d`).mode & 0o7777).toBe(0o555)
    // Set-id bits are only kept together with the owner.
    expect(lstatSync(`${box.path}/d/f`).mode & 0o7777).toBe(isRoot ? 0o4777 : 0o777)
    chmodSync(`${box.path}/d`, 0o755)
  })

  it("keeps the directory as it is if the tree has no entry for it", async () => {
    using box = temporary()
    chmodSync(box.path, 0o700)
    await NodeTree.toDirectory({ "/key": "secret" }, box.path)
    expect(lstatSync(box.path).mode & 0o7777).toBe(0o700)
    expect(lstatSync(box.path).mtimeMs).toBeGreaterThan(0)
    for (const [root, mode] of [["/", 0o750], ["//", 0o711]] as const) {
      await NodeTree.toDirectory({ [root]: MemoryRoot.directory({ mode }) }, box.path)
      expect(lstatSync(box.path).mode & 0o7777).toBe(mode)
    }
  })

  it("reports what cannot be opened", async () => {
    await expect(NodeTree.fromDirectory("/nowhere")).rejects.toMatchObject({ code: "ENOENT" })
    await expect(NodeTree.toDirectory({}, "/nowhere")).rejects.toMatchObject({ code: "ENOENT" })
    await expect(NodeTree.fromTar("/etc/passwd")).rejects.toThrow("it is not a tar archive")
    await expect(NodeTree.fromDirectory("/", { signal: AbortSignal.abort("enough") })).rejects.toBe("enough")
  })
})
