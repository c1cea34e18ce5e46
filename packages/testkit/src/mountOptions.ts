/** Tests `mounts: "forbid"` with each kind of path, and with operations on trees that contain a mount. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import type { PathPolicy, PlainFileSystem, PolicyEdition, PortableEdition } from "./edition.js"
import { without } from "./judges.js"
import { bindMount, mountedTemporary, unmount } from "./mounts.js"
import { all, data, each, onDisk, type Open, outcomeOf, using } from "./policies/kinds.js"
import { temporary } from "./temporary.js"
import { materialize, type TreeSpec } from "./tree.js"

const crosses = "EXDEV CrossesMount"

const tree: TreeSpec = [
  { path: "/d/f", type: "file" },
  { path: "/d/in", type: "symlink", target: "f" },
  { path: "/d/sub/f", type: "file" },
  { path: "/m", type: "dir" },
  { path: "/over", type: "file" },
  { path: "/link", type: "symlink", target: "m" },
  { path: "/below/a/first", type: "file" },
  { path: "/below/b/m", type: "dir" },
  { path: "/below/c/last", type: "file" },
  { path: "/with/file", type: "file" },
  { path: "/with/plain", type: "file" },
  { path: "/source/file", type: "file" },
  { path: "/tmp", type: "dir" }
]

/** Bind mounts, which have the same device as the rest. */
const mounts = [
  { path: "/m", source: "/d" },
  { path: "/over", source: "/d/f" },
  { path: "/below/b/m", source: "/d" },
  { path: "/with/file", source: "/d/f" }
]

const forbid = { mounts: "forbid" } as const

/** Checks that the mounted directory has not changed. */
const isUntouched = async (fs: PlainFileSystem): Promise<void> => {
  expect((await fs.readDirectory("/d", { recursive: true })).toSorted()).toEqual(["f", "in", "sub", "sub/f"])
  expect(Buffer.from(await fs.readFile("/d/f")).toString()).toBe("content of /d/f\n")
}

const onMounts = (name: string, open: Open): void => {
  describe.skipIf(without("mountHere"))(name, () => {
    it("refuses paths that cross a mount, and no others", async () => {
      for (const path of ["m", "/m", "link", "m/../d", "m/sub/..", "below/b/m"]) {
        expect([path, await all(open, forbid, path)]).toEqual([path, each(crosses)])
      }
      expect(await all(open, { ...forbid, from: "m" }, "sub")).toEqual(each(crosses))
      for (const path of ["d", "/d", "./below/../d"]) {
        expect([path, await all(open, forbid, path)]).toEqual([path, each("ok")])
      }
    })

    it("enters mounts if they are allowed", async () => {
      for (const policy of [{}, { mounts: "cross" }] satisfies ReadonlyArray<PathPolicy>) {
        await using(open(policy), async (fs) => {
          for (const path of ["m/f", "/link/f", "over", "m/../d/f"]) {
            expect(Buffer.from(await fs.readFile(path)).toString()).toBe("content of /d/f\n")
          }
          expect((await fs.readDirectory("below", { recursive: true })).toSorted()).toContain("b/m/sub/f")
        })
      }
    })

    it("refuses to read or write a mounted file", async () => {
      await using(open(forbid), async (fs) => {
        const runs = [fs.readFile, fs.stat, fs.realPath, fs.access, (path: string) => fs.writeFile(path, data)]
        for (const run of [...runs, (path: string) => fs.remove(path), (path: string) => fs.truncate(path)]) {
          expect(await outcomeOf(run("over"))).toBe(crosses)
        }
        expect(await outcomeOf(fs.copyFile("d/f", "over"))).toBe(crosses)
        expect(await outcomeOf(fs.writeFile("over", data, { flag: "wx" }))).toBe("EXDEV undefined")
        expect(await outcomeOf(fs.readLink("over"))).toBe("EXDEV undefined")
        expect(await outcomeOf(fs.rename("d/f", "over"))).toBe("EBUSY undefined")
        expect(await outcomeOf(fs.rename("over", "moved"))).toBe("EBUSY undefined")
        await isUntouched(fs)
      })
    })

    it("lists the name of a mount, but nothing inside it", async () => {
      await using(open(forbid), async (fs) => {
        expect(await fs.readDirectory("below/b")).toEqual(["m"])
        expect(await outcomeOf(fs.readDirectory("below", { recursive: true }))).toBe("EXDEV undefined")
        expect((await fs.readDirectory("d", { recursive: true })).toSorted()).toEqual(["f", "in", "sub", "sub/f"])
      })
    })

    it("copies nothing out of a mount", async () => {
      await using(open(forbid), async (fs) => {
        expect(await outcomeOf(fs.copy("below", "copy"))).toBe("EXDEV undefined")
        expect(await fs.exists("copy/b/m")).toBe(false)
        await isUntouched(fs)
      })
    })

    it("copies nothing into a mount", async () => {
      await using(open(forbid), async (fs) => {
        await fs.makeDirectory("source/b/m/new", { recursive: true })
        expect(await outcomeOf(fs.copy("source", "below", { overwrite: true }))).toBe("EXDEV undefined")
        expect(await outcomeOf(fs.copy("source/file", "with/file", { overwrite: true }))).toBe(crosses)
        // An existing file is removed first, but a mount cannot be removed.
        expect(await outcomeOf(fs.copy("source", "with", { overwrite: true }))).toBe("EBUSY undefined")
        await isUntouched(fs)
      })
    })

    it("removes files next to a mount, and nothing inside it", async () => {
      await using(open(forbid), async (fs) => {
        expect(await outcomeOf(fs.remove("below", { recursive: true }))).toBe("EBUSY undefined")
        expect(await fs.readDirectory("below")).toEqual(["b"])
        expect(await outcomeOf(fs.remove("with", { recursive: true, force: true }))).toBe("EBUSY undefined")
        expect(await fs.readDirectory("with")).toEqual(["file"])
        expect(await outcomeOf(fs.remove("m", { recursive: true }))).toBe(crosses)
        await isUntouched(fs)
      })
    })

    it("ends a recursive watch that reaches a mount", async () => {
      await using(open(forbid), async (fs) => {
        const seen: Array<unknown> = []
        const watch = fs.watch("below", { recursive: true }, (event) => seen.push(event))
        // If the watch does not end, stop waiting for it, so that the mounts can be removed.
        const ended = Promise.race([outcomeOf(watch.ended), new Promise((resolve) => setTimeout(resolve, 2_000))])
        expect(await ended).toBe("EXDEV undefined")
        await fs.writeFile("d/new", data)
        expect(seen).toEqual([])
        await watch.stop()
      })
    })
  })
}

/** Defines the tests for the file system for Node of an edition. */
export const nodeMountOptions = ({ node }: PolicyEdition): void => {
  for (const strategy of ["kernel", "walk"] as const) {
    const name = `NodeRootFileSystem with the ${strategy}, and mounts`
    onMounts(name, onDisk((path, options) => node(path, { ...options, strategy }), tree, mounts))

    it.skipIf(without("mountHere"))(`${name}: notices new and removed mounts, and the root can be one`, async () => {
      using directory = mountedTemporary()
      materialize(directory.path, tree)
      await using(node(directory.path, { strategy, mounts: "forbid" }), async (fs) => {
        for (let time = 0; time < 2; time++) {
          expect(await outcomeOf(fs.readFile("d/sub/f"))).toBe("ok")
          bindMount(`${directory.path}/d`, `${directory.path}/d`)
          expect(await outcomeOf(fs.readFile("d/sub/f"))).toBe(crosses)
          const inside = node(`${directory.path}/d`, { strategy, mounts: "forbid" })
          await using(inside, async (fs) => expect(await outcomeOf(fs.readFile("../sub/f"))).toBe("ok"))
          unmount(`${directory.path}/d`)
        }
      })
    })
  }
}

/** Defines the tests for the file systems for all platforms of an edition, which cannot detect mounts. */
export const mountOptions = ({ memory, rootFileSystem }: PortableEdition): void => {
  it("a tree in memory without mounts can be entered", async () => {
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime: new Date(0) }
    const opened = memory({ "/tmp": { type: "Directory", mode: 0o755, ...owner } }, forbid)
    await using(opened, async (fs) => {
      expect(await outcomeOf(fs.writeFile("/tmp/f", data))).toBe("ok")
      expect(await outcomeOf(fs.copy("/tmp", "/copy"))).toBe("ok")
    })
  })

  describe("RootFileSystem without mounts", () => {
    const open = onDisk(rootFileSystem, tree)

    it("cannot detect mounts, and refuses each kind of path", async () => {
      for (const path of ["d", "/d", "m", "link", "d/nope"]) {
        expect([path, await all(open, forbid, path)]).toEqual([path, each(crosses)])
      }
    })

    it("enters no directory below its own", async () => {
      using directory = temporary()
      materialize(directory.path, tree)
      const before = Fs.readdirSync(directory.path, { recursive: true })
      await using(rootFileSystem(directory.path, forbid), async (fs) => {
        expect(await fs.readDirectory("/")).toEqual(Fs.readdirSync(directory.path))
        const watch = fs.watch("/", { recursive: true }, () => {})
        const refused = [
          () => fs.readDirectory("/", { recursive: true }),
          () => fs.copy("/d", "copy"),
          () => fs.copy("/", "copy"),
          () => fs.remove("d", { recursive: true }),
          () => fs.remove("m", { recursive: true, force: true }),
          () => fs.makeDirectory("d/x", { recursive: true }),
          () => fs.readLink("link"),
          () => watch.ended
        ]
        for (const run of refused) expect(await outcomeOf(run())).toMatch(/^(?:EXDEV|ERR_FS_CP_EINVAL) /)
        expect(await outcomeOf(fs.remove("/", { recursive: true }))).toMatch(/^EBUSY /)
      })
      expect(Fs.readdirSync(directory.path, { recursive: true })).toEqual(before)
    })
  })
}
