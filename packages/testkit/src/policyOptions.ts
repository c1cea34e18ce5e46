/** Tests how the options of a policy affect each kind of path of a file system, and what its errors contain. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import type { PathPolicy, PlainTree, PolicyEdition, PortableEdition } from "./edition.js"
import { Computed, inheriting } from "./inheriting.js"
import { all, allOf, data, each, onDisk, type Open, outcomeOf, using } from "./policies/kinds.js"
import type { TreeSpec } from "./tree.js"

const escapes = "EXDEV EscapesRoot"
const forbidden = "ELOOP SymlinkForbidden"

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
  { path: "/home/d/f", type: "file" },
  { path: "/home/d/in", type: "symlink", target: "f" },
  { path: "/home/tmp", type: "dir" },
  { path: "/home/out", type: "symlink", target: "../../home" },
  { path: "/to", type: "symlink", target: "home" },
  ...chain(60)
]

const inMemory = (): PlainTree => {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime: new Date(0) }
  return {
    "/": { type: "Directory", mode: 0o755, ...owner },
    "/d": { type: "Directory", mode: 0o755, ...owner },
    "/chain": { type: "Directory", mode: 0o755, ...owner },
    "/home": { type: "Directory", mode: 0o755, ...owner },
    "/home/d": { type: "Directory", mode: 0o755, ...owner },
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

const options = (name: string, open: Open): void => {
  describe(name, () => {
    it("applies inherited options, such as the getters of a class", async () => {
      await using(open(new Computed()), async (fs) => {
        expect(await outcomeOf(fs.readFile("d/f"))).toBe("ok")
        expect(await fs.realPath("d")).toBe("/home/d")
        expect(await outcomeOf(fs.readFile("/d/f"))).toBe(escapes)
        expect(await outcomeOf(fs.readFile("d/in"))).toBe(forbidden)
      })
      const { close, root } = await open({})
      const computed = new Computed()
      const refused = { error: { code: "EXDEV" } }
      expect(await root.resolve("/d/f", computed)).toMatchObject(refused)
      expect(await root.resolveAll(["d", "/d/f"], computed)).toMatchObject([{ ok: "/home/d" }, refused])
      expect(await root.locate("/d/f", computed)).toMatchObject(refused)
      expect(await root.explain("/d/f", computed)).toMatchObject({ result: refused })
      await close()
    })

    it("beneath refuses only absolute paths, absolute links and paths that leave the root", async () => {
      const policy = { containment: "beneath" } as const
      for (const path of ["/d", "../d", "d/../../d", "d/up", "d/abs"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(escapes)])
      }
      for (const path of ["d", "./d/../d", "link", "link/../d/."]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each("ok")])
      }
    })

    it("reject refuses paths that leave the root; absolute paths and links start at the root", async () => {
      const policy = { containment: "reject" } as const
      for (const path of ["/../d", "../d", "d/up"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(escapes)])
      }
      for (const path of ["/d", "d/abs"]) expect([path, await all(open, policy, path)]).toEqual([path, each("ok")])
    })

    it("forbid refuses paths with links on the way", async () => {
      const policy = { symlinks: "forbid" } as const
      for (const path of ["link", "/link", "d/up", "/d/abs"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(forbidden)])
      }
      expect(await all(open, policy, "../d")).toEqual(each("ok"))
    })

    it("forbid allows operations on a link itself", async () => {
      await using(open({ symlinks: "forbid" }), async (fs) => {
        expect(await fs.readLink("link")).toBe("d")
        await fs.rename("link", "renamed")
        await fs.copy("renamed", "copy")
        expect(await fs.readLink("copy")).toBe("d")
        await fs.remove("renamed")
        expect(await outcomeOf(fs.stat("copy"))).toBe(forbidden)
        expect(await outcomeOf(fs.writeFile("copy", data))).toBe(forbidden)
      })
    })

    it("follows links up to the limit, which is 40 by default", async () => {
      const tooMany = "ELOOP TooManySymlinks"
      for (
        const [policy, most] of [[{}, 40], [{ maxSymlinks: 0 }, 0], [{ maxSymlinks: 2 }, 2], [
          { maxSymlinks: 55 },
          55
        ]] as const
      ) {
        await using(open(policy), async (fs) => {
          expect(await outcomeOf(fs.readFile(most === 0 ? "d/f" : `chain/${most}`))).toBe("ok")
          // With the default, memory reports the error of Node's own file system.
          const refused = "maxSymlinks" in policy || name !== "memory" ? tooMany : "ELOOP undefined"
          for (const run of [fs.readFile, fs.realPath, fs.stat, (path: string) => fs.writeFile(path, data)]) {
            expect(await outcomeOf(run(`chain/${most + 1}`))).toBe(refused)
          }
        })
      }
      await using(open({ maxSymlinks: 1 }), async (fs) => {
        expect(await outcomeOf(fs.makeDirectory("link/new"))).toBe("ok")
        expect(await outcomeOf(fs.makeDirectory("link/../link/newer"))).toBe(tooMany)
      })
    })

    it("creates temporary files in the relative path tmp if absolute paths are refused", async () => {
      await using(open({}), async (fs) => expect(await fs.makeTempFile()).toMatch(/^\/tmp\//))
      await using(open({ containment: "beneath" }), async (fs) => {
        const file = await fs.makeTempFile({ suffix: ".txt" })
        expect(file).toMatch(/^tmp\/.*\.txt$/)
        expect(await outcomeOf(fs.writeFile(file, data))).toBe("ok")
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

    it("copies a tree with its links, whose targets do not change", async () => {
      await using(open({ containment: "beneath" }), async (fs) => {
        await fs.copy("d", "copy")
        expect((await fs.readDirectory("copy", { recursive: true })).toSorted()).toEqual(["abs", "f", "in", "up"])
        expect(await fs.readLink("copy/abs")).toBe("/d")
        expect(await outcomeOf(fs.stat("copy/abs"))).toBe(escapes)
        expect(await fs.realPath("copy/in")).toBe("/copy/f")
        await fs.remove("copy", { recursive: true })
        expect(await fs.exists("d/f")).toBe(true)
      })
    })

    it("resolves only paths without a leading slash from the directory `from`", async () => {
      const ways = [
        ...["./d", "../home/d", "/home/d", "../d/../to/d"].map((path) => ["/home", path] as const),
        ...["home", "//home/.", "/to", "d/../to/", "/home/out"].map((from) => [from, "d"] as const)
      ]
      for (const [from, path] of ways) {
        await using(open({ from }), async (fs) => {
          expect([from, path, await allOf(fs, path)]).toEqual([from, path, each("ok")])
          const made = await fs.readDirectory("/home/d")
          expect(made).toEqual(expect.arrayContaining(["new", "newer", "made", "x", "copy", "deep", "linked"]))
          expect(await fs.readDirectory("/tmp")).toEqual([])
          expect(await fs.realPath(path)).toBe("/home/d")
        })
      }
    })

    it("refuses paths that leave the root, but not those that leave `from`", async () => {
      const policy = { containment: "beneath", from: "/home" } as const
      for (const path of ["d", "../home/d", "../to/d"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each("ok")])
      }
      for (const path of ["/home/d", "../../home/d", "out/d"]) {
        expect([path, await all(open, policy, path)]).toEqual([path, each(escapes)])
      }
      expect(await all(open, { ...policy, from: "/home/out" }, "d")).toEqual(each(escapes))
      expect(await all(open, { symlinks: "forbid", from: "/to" }, "d")).toEqual(each(forbidden))
    })

    it("fails if `from` is missing, and does not create it", async () => {
      // Memory reports the error of Node's own file system.
      const refused = (code: string, tag: string): string => `${code} ${name === "memory" ? undefined : tag}`
      const missing = refused("ENOENT", "PathNotFound")
      for (const from of ["/nope", "home/nope/", "/nope/../home"]) {
        // A removal with `force` also succeeds if the file is missing.
        expect([from, await all(open, { from }, "d")]).toEqual([from, { ...each(missing), "what is removed": "ok" }])
      }
      expect(await all(open, { from: "/home/d/f" }, "d")).toEqual(each(refused("ENOTDIR", "NotADirectory")))
      await using(open({ from: "nope" }), async (fs) => {
        expect(await outcomeOf(fs.makeDirectory("x/y", { recursive: true }))).toBe(missing)
        expect(await outcomeOf(fs.makeDirectory(".", { recursive: true }))).toBe(missing)
        expect(await outcomeOf(fs.copy("/home/d", "x/y"))).toBe(missing)
        expect(await fs.exists("/nope")).toBe(false)
        expect(await outcomeOf(fs.makeDirectory("/nope"))).toBe("ok")
        expect(await outcomeOf(fs.makeDirectory("x/y", { recursive: true }))).toBe("ok")
        expect(await fs.exists("/nope/x/y")).toBe(true)
      })
    })

    it("creates temporary files at paths relative to `from`", async () => {
      await using(open({ from: "/home" }), async (fs) => {
        expect(await fs.makeTempFile()).toMatch(/^\/tmp\//)
        const scoped = await fs.makeTempFileScoped({ directory: "d" })
        expect(scoped.path).toMatch(/^d\//)
        expect(await fs.exists(`/home/${scoped.path}`)).toBe(true)
        await scoped.close()
        expect(await fs.exists(`/home/${scoped.path}`)).toBe(false)
      })
      await using(open({ containment: "beneath", from: "/home" }), async (fs) => {
        const file = await fs.makeTempFile()
        expect(file).toMatch(/^tmp\//)
        expect(await fs.realPath(file)).toBe(`/home/${file}`)
        const { close, path } = await fs.makeTempDirectoryScoped()
        expect(await fs.realPath(path)).toBe(`/home/${path}`)
        await close()
        expect(await fs.exists(path)).toBe(false)
      })
    })

    it.each(["", "a\0b"])("refuses %j as `from`", async (from) => {
      await expect(open({ from })).rejects.toThrow(/from must be a path/)
    })

    it.each([-1, 0.5, Number.NaN])("refuses %d as the limit", async (maxSymlinks) => {
      await expect(open({ maxSymlinks })).rejects.toThrow(/maxSymlinks must be a whole number of at least 0/)
    })
  })
}

/** Defines the tests for the file systems for all platforms of an edition. */
export const policyOptions = ({ memory, rootFileSystem }: PortableEdition): void => {
  options("memory", (policy) => memory(inMemory(), policy))
  options("RootFileSystem", onDisk(rootFileSystem, tree))

  it("a fault strikes at paths that the policy allows", async () => {
    const { close, fs, inject } = await memory(inMemory(), { containment: "beneath" })
    await inject([{ path: "/d/f", code: "EIO" }])
    expect(await outcomeOf(fs.readFile("d/f"))).toBe("EIO undefined")
    expect(await outcomeOf(fs.readFile("/d/f"))).toBe(escapes)
    await close()
  })
}

/** Defines the tests for the file systems for Node of an edition. */
export const nodePolicyOptions = ({ node, wormhole }: PolicyEdition): void => {
  for (const strategy of ["kernel", "walk"] as const) {
    const open = (policy: PathPolicy & { readonly readOnly?: boolean }) =>
      onDisk((path, options) => node(path, inheriting({ strategy }, options)), tree)(policy)
    options(`NodeRootFileSystem with the ${strategy}`, open)

    it(`a read-only one with the ${strategy} applies its policy too`, async () => {
      await using(open({ containment: "beneath", symlinks: "forbid", readOnly: true }), async (fs) => {
        expect(await outcomeOf(fs.readFile("d/f"))).toBe("ok")
        expect(await outcomeOf(fs.readFile("/d/f"))).toBe(escapes)
        expect(await outcomeOf(fs.readFile("link/f"))).toBe(forbidden)
        expect(await outcomeOf(fs.writeFile("/d/f", data))).toBe("EROFS undefined")
        expect(await outcomeOf(fs.makeTempFile())).toBe("EROFS undefined")
      })
      await using(open(new Computed()), async (fs) => {
        expect(await outcomeOf(fs.writeFile("d/f", data))).toBe("EROFS undefined")
      })
    })
  }

  it("the root of a process applies inherited options", async () => {
    const { close, fs } = await wormhole(process.pid, inheriting({ from: "/" }, new Computed()))
    expect(await outcomeOf(fs.stat("/"))).toBe(escapes)
    expect(await outcomeOf(fs.remove("tmp/none"))).toBe("EROFS undefined")
    await close()
  })

  it("the root of a process accepts the same options", async () => {
    const own = Fs.realpathSync(process.execPath)
    const { close, fs, root } = await wormhole(process.pid, {
      containment: "beneath",
      symlinks: "forbid",
      from: "/proc",
      strategy: "walk",
      readOnly: true
    })
    expect(root.strategy.name).toBe("walk")
    expect(await outcomeOf(fs.stat(`..${own}`))).toBe("ok")
    expect(await outcomeOf(fs.stat(own))).toBe(escapes)
    expect(await outcomeOf(fs.stat("self/exe"))).toBe(forbidden)
    expect(await outcomeOf(fs.remove("../tmp/none"))).toBe("EROFS undefined")
    // The policy does not apply to `root`, whose calls have their own options.
    expect(await root.resolve(own)).toEqual({ ok: own })
    await close()
  })
}
