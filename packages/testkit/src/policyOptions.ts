/** What the options of a policy do to each kind of path of a file system, and how its errors say so. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import {
  type NodeEdition,
  type OpenFileSystem,
  type PathPolicy,
  PlainFailure,
  type PlainFileSystem,
  type PlainTree,
  type PortableEdition
} from "./edition.js"
import { temporary } from "./temporary.js"
import { materialize, type TreeSpec } from "./tree.js"

const chain = (length: number): TreeSpec =>
  Array.from({ length }, (_, i) => ({
    path: `/chain/${i + 1}`,
    type: "symlink" as const,
    target: i === 0 ? "../d/f" : String(i)
  }))

const tree: TreeSpec = [
  { path: "/d/f", type: "file" },
  { path: "/d/in", type: "symlink", target: "f" },
  { path: "/d/up", type: "symlink", target: "../../d" },
  { path: "/d/abs", type: "symlink", target: "/d" },
  { path: "/link", type: "symlink", target: "d" },
  { path: "/tmp", type: "dir" },
  ...chain(60)
]

const inMemory = (): PlainTree => {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime: new Date(0) }
  return {
    "/": { type: "Directory", mode: 0o755, ...owner },
    "/d": { type: "Directory", mode: 0o755, ...owner },
    "/chain": { type: "Directory", mode: 0o755, ...owner },
    ...Object.fromEntries(tree.map(({ path, target = "", type }) => [
      path,
      type === "symlink"
        ? { type: "SymbolicLink", target, ...owner }
        : type === "dir"
        ? { type: "Directory", mode: 0o755, ...owner }
        : { type: "File", content: `content of ${path}\n`, mode: 0o644, ...owner }
    ]))
  }
}

/** `ok`, or the errno and the cause. */
const told = async (run: Promise<unknown>): Promise<string> => {
  try {
    await run
    return "ok"
  } catch (error) {
    if (!(error instanceof PlainFailure)) throw error
    return `${error.code} ${error.resolve}`
  }
}

const escapes = "EXDEV EscapesRoot"
const forbidden = "ELOOP SymlinkForbidden"
const data = new Uint8Array([1])

type Operation = (fs: PlainFileSystem, path: string) => Promise<unknown>

/** Every kind of path that a method takes, as a place below an existing directory. */
const kindsOfPaths: Readonly<Record<string, Operation>> = {
  "a file": (fs, path) => fs.readFile(`${path}/f`),
  "a directory": (fs, path) => fs.readDirectory(path),
  "a new file": (fs, path) => fs.writeFile(`${path}/new`, data),
  "a new file that must not exist": (fs, path) => fs.writeFile(`${path}/newer`, data, { flag: "wx" }),
  "a new directory": (fs, path) => fs.makeDirectory(`${path}/made`),
  "new directories": (fs, path) => fs.makeDirectory(`${path}/x/y/z`, { recursive: true }),
  "the source of a copy": (fs, path) => fs.copy(`${path}/f`, "tmp/copy"),
  "the destination of a copy": (fs, path) => fs.copy("d/f", `${path}/copy`),
  "the destination of the copy of a tree": (fs, path) => fs.copy("tmp", `${path}/deep/copy`),
  "the source of copyFile": (fs, path) => fs.copyFile(`${path}/f`, "tmp/copied"),
  "the destination of copyFile": (fs, path) => fs.copyFile("d/f", `${path}/copied`),
  "the source of a rename": async (fs, path) => {
    await fs.writeFile("d/before", data)
    await fs.rename(`${path}/before`, "tmp/after")
  },
  "the destination of a rename": async (fs, path) => {
    await fs.writeFile("tmp/before", data)
    await fs.rename("tmp/before", `${path}/after`)
  },
  "the source of a hard link": (fs, path) => fs.link(`${path}/f`, "tmp/linked"),
  "the destination of a hard link": (fs, path) => fs.link("d/f", `${path}/linked`),
  "the place of a link": (fs, path) => fs.symlink("/anywhere", `${path}/symlink`),
  "the directory of a temporary file": (fs, path) => fs.makeTempFile({ directory: path }),
  "the directory of a temporary directory": (fs, path) => fs.makeTempDirectory({ directory: path }),
  "what is removed": (fs, path) => fs.remove(`${path}/none`, { force: true }),
  "a link itself": (fs, path) => fs.readLink(`${path}/in`)
}

type Open = (policy: PathPolicy) => Promise<OpenFileSystem>

const using = async <A>(open: Promise<OpenFileSystem>, use: (fs: PlainFileSystem) => Promise<A>): Promise<A> => {
  const { close, fs } = await open
  try {
    return await use(fs)
  } finally {
    await close()
  }
}

const all = async (open: Open, policy: PathPolicy, path: string): Promise<Readonly<Record<string, string>>> => {
  const answers: Record<string, string> = {}
  await using(open(policy), async (fs) => {
    for (const [kind, operation] of Object.entries(kindsOfPaths)) answers[kind] = await told(operation(fs, path))
  })
  return answers
}

const each = (answer: string) => Object.fromEntries(Object.keys(kindsOfPaths).map((kind) => [kind, answer]))

const options = (name: string, open: Open): void => {
  describe(name, () => {
    it("beneath refuses absolute paths, absolute links and whatever climbs out, and nothing else", async () => {
      const policy = { containment: "beneath" } as const
      for (const path of ["/d", "../d", "d/../../d", "d/up", "d/abs"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(escapes)])
      }
      for (const path of ["d", "./d/../d", "link", "link/../d/."]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each("ok")])
      }
    })

    it("reject refuses what climbs out; absolute paths and links start at the root", async () => {
      const policy = { containment: "reject" } as const
      for (const path of ["/../d", "../d", "d/up"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(escapes)])
      }
      for (const path of ["/d", "d/abs"]) expect([path, await all(open, policy, path)]).toEqual([path, each("ok")])
    })

    it("forbid refuses links on the way", async () => {
      const policy = { symlinks: "forbid" } as const
      for (const path of ["link", "/link", "d/up", "/d/abs"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(forbidden)])
      }
      expect(await all(open, policy, "../d")).toEqual(each("ok"))
    })

    it("forbid lets operations on a link itself pass", async () => {
      await using(open({ symlinks: "forbid" }), async (fs) => {
        expect(await fs.readLink("link")).toBe("d")
        await fs.rename("link", "renamed")
        await fs.copy("renamed", "copy")
        expect(await fs.readLink("copy")).toBe("d")
        await fs.remove("renamed")
        expect(await told(fs.stat("copy"))).toBe(forbidden)
        expect(await told(fs.writeFile("copy", data))).toBe(forbidden)
      })
    })

    it("counts links up to the limit, which is 40 unless it is set", async () => {
      const tooMany = "ELOOP TooManySymlinks"
      for (
        const [policy, most] of [[{}, 40], [{ maxSymlinks: 0 }, 0], [{ maxSymlinks: 2 }, 2], [
          { maxSymlinks: 55 },
          55
        ]] as const
      ) {
        await using(open(policy), async (fs) => {
          expect(await told(fs.readFile(most === 0 ? "d/f" : `chain/${most}`))).toBe("ok")
          // With the default, memory reports the error of Node's own file system.
          const refused = "maxSymlinks" in policy || name !== "memory" ? tooMany : "ELOOP undefined"
          for (const run of [fs.readFile, fs.realPath, fs.stat, (path: string) => fs.writeFile(path, data)]) {
            expect(await told(run(`chain/${most + 1}`))).toBe(refused)
          }
        })
      }
      await using(open({ maxSymlinks: 1 }), async (fs) => {
        expect(await told(fs.makeDirectory("link/new"))).toBe("ok")
        expect(await told(fs.makeDirectory("link/../link/newer"))).toBe(tooMany)
      })
    })

    it("makes temporary files in tmp if absolute paths are refused", async () => {
      await using(open({}), async (fs) => expect(await fs.makeTempFile()).toMatch(/^\/tmp\//))
      await using(open({ containment: "beneath" }), async (fs) => {
        const file = await fs.makeTempFile({ suffix: ".txt" })
        expect(file).toMatch(/^tmp\/.*\.txt$/)
        expect(await told(fs.writeFile(file, data))).toBe("ok")
        const [scopedFile, scoped] = [await fs.makeTempFileScoped(), await fs.makeTempDirectoryScoped({ prefix: "x" })]
        expect(scopedFile.path).toMatch(/^tmp\//)
        expect(scoped.path).toMatch(/^tmp\/x/)
        expect(await fs.exists(scopedFile.path)).toBe(true)
        await scopedFile.close()
        await scoped.close()
        expect(await fs.exists(scopedFile.path)).toBe(false)
        expect(await fs.exists(scoped.path)).toBe(false)
      })
    })

    it("copies a tree with its links, which lead where they led", async () => {
      await using(open({ containment: "beneath" }), async (fs) => {
        await fs.copy("d", "copy")
        expect((await fs.readDirectory("copy", { recursive: true })).toSorted()).toEqual(["abs", "f", "in", "up"])
        expect(await fs.readLink("copy/abs")).toBe("/d")
        expect(await told(fs.stat("copy/abs"))).toBe(escapes)
        expect(await fs.realPath("copy/in")).toBe("/copy/f")
        await fs.remove("copy", { recursive: true })
        expect(await fs.exists("d/f")).toBe(true)
      })
    })

    it.each([-1, 0.5, Number.NaN])("a limit of %d is a defect", async (maxSymlinks) => {
      await expect(open({ maxSymlinks })).rejects.toThrow(/maxSymlinks must be a whole number of at least 0/)
    })
  })
}

/** A directory of the host with the tree, which goes with the file system. */
const onDisk = (open: (path: string, policy: PathPolicy) => Promise<OpenFileSystem>): Open => async (policy) => {
  const directory = temporary()
  materialize(directory.path, tree)
  try {
    const opened = await open(directory.path, policy)
    return {
      ...opened,
      close: async () => {
        await opened.close()
        directory[Symbol.dispose]()
      }
    }
  } catch (error) {
    directory[Symbol.dispose]()
    throw error
  }
}

/** Defines the tests of an edition's file systems for all platforms. */
export const policyOptions = ({ memory, rootFileSystem }: PortableEdition): void => {
  options("memory", (policy) => memory(inMemory(), policy))
  options("RootFileSystem", onDisk(rootFileSystem))

  it("a fault meets the paths that the policy lets through", async () => {
    const { close, fs, inject } = await memory(inMemory(), { containment: "beneath" })
    await inject([{ path: "/d/f", code: "EIO" }])
    expect(await told(fs.readFile("d/f"))).toBe("EIO undefined")
    expect(await told(fs.readFile("/d/f"))).toBe(escapes)
    await close()
  })
}

/** Defines the tests of an edition's file systems for Node. */
export const nodePolicyOptions = ({ node, wormhole }: NodeEdition): void => {
  for (const strategy of ["kernel", "walk"] as const) {
    const open = (policy: PathPolicy & { readonly readOnly?: boolean }) =>
      onDisk((path, options) => node(path, { ...options, strategy }))(policy)
    options(`NodeRootFileSystem by the ${strategy}`, open)

    it(`a read-only one by the ${strategy} has its policy too`, async () => {
      await using(open({ containment: "beneath", symlinks: "forbid", readOnly: true }), async (fs) => {
        expect(await told(fs.readFile("d/f"))).toBe("ok")
        expect(await told(fs.readFile("/d/f"))).toBe(escapes)
        expect(await told(fs.readFile("link/f"))).toBe(forbidden)
        expect(await told(fs.writeFile("/d/f", data))).toBe("EROFS undefined")
        expect(await told(fs.makeTempFile())).toBe("EROFS undefined")
      })
    })
  }

  it("the root of a process takes the same options", async () => {
    const own = Fs.realpathSync(process.execPath)
    const { close, fs, root } = await wormhole(process.pid, {
      containment: "beneath",
      symlinks: "forbid",
      strategy: "walk",
      readOnly: true
    })
    expect(root.strategy.name).toBe("walk")
    expect(await told(fs.stat(own.slice(1)))).toBe("ok")
    expect(await told(fs.stat(own))).toBe(escapes)
    expect(await told(fs.stat("proc/self/exe"))).toBe(forbidden)
    expect(await told(fs.remove("tmp/none"))).toBe("EROFS undefined")
    // The root beside it has options of its own for each call.
    expect(await root.resolve(own)).toEqual({ ok: own })
    await close()
  })
}
