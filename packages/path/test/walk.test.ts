import { ComponentStack, Policy, RootedPath, Walk } from "@procfsroot/path"
import { inMemory, lookup, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"

const tree: TreeSpec = [
  { path: "/d/e", type: "dir" },
  { path: "/f", type: "file" },
  { path: "/ld", type: "symlink", target: "d" },
  { path: "/up", type: "symlink", target: "../../d" },
  { path: "/abs", type: "symlink", target: "/ld/e" },
  { path: "/dang", type: "symlink", target: "d/nope" },
  { path: "/a", type: "symlink", target: "b" },
  { path: "/b", type: "symlink", target: "c/.." },
  { path: "/c", type: "symlink", target: "/d/../a" }
]

const walk = (path: string, options?: Policy.Options): Walk.Outcome<TreeNode> =>
  Walk.run(inMemory(tree), path, lookup, Policy.make(options))

const failed = (path: string, options?: Policy.Options): Walk.Failed<TreeNode> => {
  const outcome = walk(path, options)
  if (outcome._tag === "Resolved") throw new Error(`${path} resolved to ${Walk.toPath(outcome)}`)
  return outcome
}

const resolved = (path: string, options?: Policy.Options): Walk.Resolved<TreeNode> => {
  const outcome = walk(path, options)
  if (outcome._tag === "Failed") throw new Error(`${path} failed: ${outcome.reason._tag}`)
  return outcome
}

describe("a cycle", () => {
  it("names its members, in the order met", () => {
    expect(failed("/a").reason).toEqual({ _tag: "Cycle", cycle: ["/a", "/b", "/c"] })
    expect(failed("/c/x").reason).toEqual({ _tag: "Cycle", cycle: ["/c", "/a", "/b"] })
  })

  it("is not seen where one link is only followed twice in turn", () => {
    expect(Walk.toPath(resolved("/ld/../ld/../ld"))).toBe("/d")
  })
})

describe("hops", () => {
  it("tell each link, its depth, and where it restarted or was clamped", () => {
    const outcome = resolved("/abs/../../up")
    expect(Walk.hops(outcome.trace)).toEqual([
      { link: "/abs", target: "/ld/e", restarted: true, clamped: false, level: 0 },
      { link: "/ld", target: "d", restarted: false, clamped: false, level: 1 },
      { link: "/up", target: "../../d", restarted: false, clamped: true, level: 0 }
    ])
    expect(Walk.clamped(outcome.trace)).toBe(false)
    expect(Walk.clamped(resolved("/../d").trace)).toBe(true)
  })

  it("a clamp of the path is told apart from one of the link before it", () => {
    const { trace } = resolved("/up/../..")
    expect(Walk.hops(trace)).toMatchObject([{ link: "/up", clamped: true }])
    expect(Walk.clamped(trace)).toBe(true)
  })

  it("are kept when the walk fails", () => {
    expect(Walk.hops(failed("/dang/x").trace).map(({ link }) => link)).toEqual(["/dang"])
  })
})

describe("missing", () => {
  it("last: the last name, slashes or not, and nothing before it", () => {
    expect(Walk.toPath(resolved("/d/nope", { missing: "last" }))).toBe("/d/nope")
    expect(Walk.toPath(resolved("/d/nope//", { missing: "last" }))).toBe("/d/nope")
    expect(Walk.toPath(resolved("/dang", { missing: "last" }))).toBe("/d/nope")
    expect(failed("/dang/x", { missing: "last" }).reason._tag).toBe("Missing")
    expect(failed("/nope/.", { missing: "last" }).reason._tag).toBe("Missing")
  })

  it("tail: `..` takes a missing name back, and the walk goes on over what exists", () => {
    expect(Walk.toPath(resolved("/d/n/../e/x/y", { missing: "tail" }))).toBe("/d/e/x/y")
    expect(resolved("/d/n/../e", { missing: "tail" })).toMatchObject({ kind: "Directory", tail: [] })
    expect(failed("/f/x", { missing: "tail" }).reason._tag).toBe("NotADirectory")
  })
})

describe("slashes behind a missing name", () => {
  it("are told, since only a directory can be made there", () => {
    const slash = (path: string, missing: Policy.Missing) => resolved(path, { missing }).slash
    expect([slash("/d/n", "last"), slash("/d/n/", "last"), slash("/d/n/m/", "tail")]).toEqual([false, true, true])
    expect([slash("/d/n/m", "tail"), slash("/d/n/m/..", "tail"), slash("/d/", "tail")]).toEqual([false, true, false])
  })

  it("are not those of a name that `..` took back", () => {
    expect(resolved("/n/../m", { missing: "tail" })).toMatchObject({ tail: ["m"], slash: false })
    expect(resolved("/n/../m", { missing: "tail", lastComponent: "unchecked" })).toMatchObject({ slash: false })
    for (const path of ["/d/n/..", "/d/n/m/../..", "/d/n/../", "/n/.."]) {
      expect(resolved(path, { missing: "tail" })).toMatchObject({ kind: "Directory", tail: [], slash: false })
    }
  })
})

describe("what remains", () => {
  it("is the path as asked from the link on that led nowhere, slashes included", () => {
    const remaining = (path: string) => failed(path).remaining
    expect([remaining("/dang"), remaining("/dang/"), remaining("/ld/../dang/x//")]).toEqual([
      "dang",
      "dang/",
      "dang/x//"
    ])
  })
})

describe("slashes behind a file", () => {
  it("are told apart from names and dots", () => {
    const slash = (path: string) => failed(path).slash
    expect([slash("/f/"), slash("/f//"), slash("/f/."), slash("/f/x"), slash("/nope/")])
      .toEqual([true, true, false, false, false])
  })
})

describe("unchecked", () => {
  it("never looks at the last component", () => {
    expect(resolved("/ld/nope", { lastComponent: "unchecked" }).tail).toEqual(["nope"])
    expect(Walk.toPath(resolved("/ld", { lastComponent: "unchecked" }))).toBe("/ld")
    expect(Walk.toPath(resolved("/ld/", { lastComponent: "unchecked" }))).toBe("/d")
  })
})

describe("containment", () => {
  it("tells the link out of which the path would have left", () => {
    expect(failed("/up", { containment: "reject" }).reason).toEqual({ _tag: "EscapesRoot", via: "/up" })
    expect(failed("abs", { containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot", via: "/abs" })
    expect(failed("/d", { containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot" })
    expect(failed("d/../..", { containment: "reject" }).reason).toEqual({ _tag: "EscapesRoot" })
  })
})

describe("lookups", () => {
  it("are values: each may be answered again", () => {
    const first = Walk.start("", "x/../y")
    if (first._tag !== "Lookup") throw new Error("the walk asks for x")
    const asDirectory = Walk.answer(first, { _tag: "Directory", handle: "/x" })
    const asMissing = Walk.answer(first, { _tag: "Missing" })
    const again = Walk.answer(first, { _tag: "Directory", handle: "/x" })
    expect(asDirectory).toEqual(again)
    expect(asDirectory).toMatchObject({ _tag: "Lookup", name: "." })
    expect(asMissing).toMatchObject({ _tag: "Failed", at: "/x" })
  })

  it("ask whether a directory may be searched before a dot leaves it, and never for `..`", () => {
    const names: Array<string> = []
    Walk.run(inMemory(tree), "d/e/../../ld/..", (asked) => {
      names.push(asked.name)
      return lookup(asked)
    })
    // Behind `e/..` the walk is in `d`, where `e` was found: nothing to ask. `ld` ends in `d`, freshly entered.
    expect(names).toEqual(["d", "e", ".", "ld", "d", "."])
  })

  it("ask for nothing in what is no directory", () => {
    for (const path of ["/f/x", "/f/", "/f/.", "/f/..", "/ld/../f/x/y"]) {
      const asked: Array<string> = []
      const outcome = Walk.run(inMemory(tree), path, (question) => {
        asked.push(question.name)
        return lookup(question)
      }, Policy.make({ missing: "tail" }))
      expect(outcome).toMatchObject({ _tag: "Failed", reason: { _tag: "NotADirectory" }, at: "/f" })
      expect(asked.at(-1)).toBe("f")
    }
  })

  it("a directory that is none any more when it is searched is not one", () => {
    for (
      const entry of [
        { _tag: "Other", handle: "" },
        { _tag: "SymbolicLink", target: "y", handle: "" }
      ] as const
    ) {
      const outcome = Walk.run("", "x/..", ({ name }) => name === "x" ? { _tag: "Directory", handle: "" } : entry)
      expect(outcome).toMatchObject({ _tag: "Failed", reason: { _tag: "NotADirectory" }, at: "/x" })
    }
  })

  it("a fault ends the walk with its cause", () => {
    const cause = new Error("EIO")
    const outcome = Walk.run(
      "",
      "x/y",
      ({ name }) => name === "x" ? { _tag: "Directory", handle: "/x" } : { _tag: "Fault", cause }
    )
    expect(outcome).toMatchObject({ _tag: "Failed", reason: { _tag: "Fault", cause }, at: "/x/y", remaining: "y" })
  })

  it("a magic link is refused where it would be followed, and kept where asked", () => {
    const magic = { _tag: "SymbolicLink", target: "/usr/bin/node", handle: "exe", magic: true } as const
    expect(Walk.run("", "exe", () => magic)).toMatchObject({ reason: { _tag: "MagicLink", target: "/usr/bin/node" } })
    expect(Walk.run("", "exe", () => magic, Policy.make({ lastComponent: "keep" })))
      .toMatchObject({ _tag: "Resolved", kind: "SymbolicLink" })
  })

  it("a link that cannot be read may be kept, and fails where it would be followed", () => {
    const cause = new Error("EACCES")
    const link = { _tag: "SymbolicLink", target: "", handle: "exe", unreadable: { _tag: "Fault", cause } } as const
    expect(Walk.run("", "exe", () => link)).toMatchObject({ reason: { _tag: "Fault", cause }, at: "/exe" })
    expect(Walk.run("", "exe", () => link, Policy.make({ lastComponent: "keep" })))
      .toMatchObject({ _tag: "Resolved", kind: "SymbolicLink" })
    // The kernel counts a link, and refuses it, before it reads it.
    expect(Walk.run("", "exe", () => link, Policy.make({ symlinks: "forbid" })))
      .toMatchObject({ reason: { _tag: "SymlinkForbidden" } })
  })
})

describe("policies and stacks", () => {
  it("a budget that is no whole number is refused", () => {
    expect(() => Policy.make({ maxSymlinks: -1 }))
      .toThrow(new RangeError("maxSymlinks must be a whole number of at least 0, not -1"))
    expect(() => Policy.make({ maxSymlinks: Number.NaN })).toThrow(RangeError)
  })

  it("a budget of 0 allows no link, and everything else", () => {
    expect(Policy.make({ maxSymlinks: 0 }).maxSymlinks).toBe(0)
    expect(Walk.toPath(resolved("/d/../d/e", { maxSymlinks: 0 }))).toBe("/d/e")
    expect(Walk.toPath(resolved("/ld", { maxSymlinks: 0, lastComponent: "keep" }))).toBe("/ld")
    expect(failed("/ld", { maxSymlinks: 0 }).reason).toEqual({ _tag: "TooManySymlinks", limit: 0 })
    expect(failed("/ld/", { maxSymlinks: 0, lastComponent: "keep" }).reason._tag).toBe("TooManySymlinks")
    expect(Walk.toPath(resolved("/ld", { maxSymlinks: 1 }))).toBe("/d")
    expect(Walk.toPath(resolved("/abs", { maxSymlinks: 2 }))).toBe("/d/e")
    expect(failed("/abs", { maxSymlinks: 1 }).reason).toEqual({ _tag: "TooManySymlinks", limit: 1 })
  })

  it("a choice that is undefined is the default", () => {
    // As a caller's compiler allows it that does not tell absent from undefined.
    const options: Policy.Options = JSON.parse("{}", () => ({
      missing: undefined,
      maxSymlinks: undefined,
      mounts: undefined,
      from: undefined
    }))
    expect(Policy.make(options)).toEqual(Policy.defaultPolicy)
    expect(Policy.make({ ...options, containment: "beneath", lastComponent: "keep", symlinks: "forbid" }))
      .toEqual({
        containment: "beneath",
        lastComponent: "keep",
        missing: "error",
        symlinks: "forbid",
        mounts: "cross",
        from: "/",
        maxSymlinks: 255
      })
  })

  it("a stack pops to the root and stays there", () => {
    const root = ComponentStack.make(0)
    const deep = ComponentStack.push(ComponentStack.push(root, "a", 1), "b", 2)
    expect(ComponentStack.pop(deep).handle).toBe(1)
    expect(ComponentStack.pop(root)).toBe(root)
    expect(ComponentStack.toPath(deep)).toBe("/a/b")
    expect([root, ComponentStack.pop(deep), deep].map(({ depth }) => depth)).toEqual([0, 1, 2])
    expect(ComponentStack.equals(deep, ComponentStack.push(ComponentStack.push(root, "a", 7), "b", 8))).toBe(true)
    const others = [["b"], ["a", "c"], ["c", "b"], ["a", "b", "c"], []]
    for (const names of others) {
      const other = names.reduce((stack, name) => ComponentStack.push(stack, name, 0), root)
      expect([ComponentStack.equals(deep, other), ComponentStack.equals(other, deep)]).toEqual([false, false])
    }
  })

  it("a rooted path is told by its shape", () => {
    for (const path of ["/", "/a", "/a/b..c"]) expect(RootedPath.isRootedPath(path)).toBe(true)
    for (const path of ["", "a", "/a/", "//a", "/a/../b", "/.", "/a\0b"]) {
      expect(RootedPath.isRootedPath(path)).toBe(false)
    }
    expect(RootedPath.components(RootedPath.root)).toEqual([])
    expect(RootedPath.components(Walk.toPath(resolved("/d")))).toEqual(["d"])
    expect(RootedPath.components(Walk.toPath(resolved("/ld/e")))).toEqual(["d", "e"])
    expect(RootedPath.behind("/", RootedPath.root)).toBe("/")
    expect(RootedPath.behind("/srv/", Walk.toPath(resolved("/d/e")))).toBe("/srv/d/e")
    expect(RootedPath.behind("/proc/1/root", Walk.toPath(resolved("/d/e")))).toBe("/proc/1/root/d/e")
  })
})

describe("from", () => {
  const at = (path: string, options: Policy.Options): string => Walk.toPath(resolved(path, options))

  it("is where paths without a leading slash start, and no others", () => {
    for (const from of ["/d", "d", "d/", "//d/.", "/d/e/..", "ld"]) {
      expect(at("e", { from })).toBe("/d/e")
      expect(at(".", { from })).toBe("/d")
      expect(at("/ld", { from })).toBe("/d")
      expect(at("/ld", { from, lastComponent: "keep" })).toBe("/ld")
    }
    for (const from of ["/", "//", "/.", "..", "./"]) expect(at("ld/e", { from })).toBe("/d/e")
  })

  it("may be left by `..`, up to the root", () => {
    expect(at("../f", { from: "/d/e/.." })).toBe("/f")
    // The parent of the link's target, which is not the link's own.
    expect(at("../f", { from: "/ld" })).toBe("/f")
    expect(at("../../../f", { from: "/d" })).toBe("/f")
    for (const containment of ["reject", "beneath"] as const) {
      expect(at("../f", { from: "/d", containment })).toBe("/f")
      expect(failed("../../f", { from: "/d", containment }).reason).toEqual({ _tag: "EscapesRoot" })
    }
  })

  it("follows links from the root under each containment", () => {
    expect(at(".", { from: "abs" })).toBe("/d/e")
    expect(at("e", { from: "up" })).toBe("/d/e")
    expect(at(".", { from: "abs", containment: "reject" })).toBe("/d/e")
    expect(failed("e", { from: "up", containment: "reject" }).reason).toEqual({ _tag: "EscapesRoot", via: "/up" })
    // A leading slash of `from` is no absolute path that `beneath` would refuse.
    expect(at("e", { from: "/d", containment: "beneath" })).toBe("/d/e")
    expect(failed("e", { from: "abs", containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot", via: "/abs" })
    expect(failed("/d", { from: "/d", containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot" })
  })

  it("obeys the limit of links and their refusal, as the path does", () => {
    expect(failed("e", { from: "ld", symlinks: "forbid" }).reason._tag).toBe("SymlinkForbidden")
    expect(failed("e", { from: "ld", maxSymlinks: 0 }).reason._tag).toBe("TooManySymlinks")
    expect(failed("../ld", { from: "ld", maxSymlinks: 1 }).reason._tag).toBe("TooManySymlinks")
    expect(failed("x", { from: "a" }).reason._tag).toBe("Cycle")
    expect(at("../ld", { from: "ld", lastComponent: "keep" })).toBe("/ld")
  })

  const missingPlaces = [["nope", "/nope"], ["d/nope/", "/d/nope"], ["nope/x", "/nope"], ["dang", "/d/nope"]] as const

  it.each(["error", "last", "tail"] as const)("must exist with missing: %s", (missing) => {
    for (const [from, at] of missingPlaces) {
      for (const path of ["x", ".", "..", "x/y", "../d"]) {
        expect([from, path, failed(path, { from, missing })]).toMatchObject([
          from,
          path,
          { reason: { _tag: "Missing" }, at }
        ])
      }
      expect(Walk.toPath(resolved("/d", { from, missing }))).toBe("/d")
    }
  })

  it("exists, and then missing says what of the path may be missing", () => {
    expect(at("nope", { from: "d", missing: "last" })).toBe("/d/nope")
    expect(at("../dang", { from: "ld", missing: "last" })).toBe("/d/nope")
    expect(at("x/y/../z", { from: "ld", missing: "tail" })).toBe("/d/x/z")
    expect(failed("x/y", { from: "ld", missing: "last" }).reason._tag).toBe("Missing")
    expect(at("x", { from: "d", lastComponent: "unchecked" })).toBe("/d/x")
    // The file of that name is not looked at.
    expect(failed("x", { from: "nope", lastComponent: "unchecked" }).reason._tag).toBe("Missing")
  })

  it("must be a directory", () => {
    for (const path of ["x", ".", "..", "../f"]) {
      expect(failed(path, { from: "/f", missing: "tail" })).toMatchObject({
        reason: { _tag: "NotADirectory" },
        at: "/f"
      })
    }
  })

  it("does not give the empty path a meaning", () => {
    for (const missing of ["error", "last", "tail"] as const) {
      expect(failed("", { from: "/d", missing })).toMatchObject({ reason: { _tag: "Missing" }, at: "/" })
    }
  })

  it("is part of what remains if the walk fails in it", () => {
    const located = (path: string, from: string) => Walk.location(walk(path, { from }))
    expect(located("x/y", "d")).toEqual({ deepest: "/d", remaining: "x/y" })
    expect(located("e/x", "/d/")).toEqual({ deepest: "/d/e", remaining: "x" })
    expect(located("../nope/x", "ld")).toEqual({ deepest: "/", remaining: "nope/x" })
    expect(located("x", "d/nope")).toEqual({ deepest: "/d", remaining: "nope/x" })
    expect(located("x", "dang")).toEqual({ deepest: "/", remaining: "dang/x" })
    expect(located("e", "ld")).toEqual({ deepest: "/d/e", remaining: "" })
  })

  it.each(["", "a\0b"])("of %j is a RangeError", (from) => {
    expect(() => Policy.make({ from })).toThrow(RangeError)
    expect(() => Policy.make({ from })).toThrow(/from must be a path/)
  })
})

describe("mounts", () => {
  /** What is looked up, in the tree with something mounted on some of its places. */
  const among = (mounts: ReadonlyArray<string>) => (asked: Walk.Lookup<TreeNode>): Walk.Entry<TreeNode> => {
    const entry = lookup(asked)
    const place = ComponentStack.toPath(asked.directory, [asked.name])
    return "handle" in entry ? { ...entry, mounted: mounts.includes(place) } : entry
  }

  const outcomeOf = (path: string, options: Policy.Options): Walk.Outcome<TreeNode> =>
    Walk.run(inMemory(tree), path, among(["/d/e", "/f"]), Policy.make(options))

  const told = (path: string, options: Policy.Options = { mounts: "forbid" }): string => {
    const outcome = outcomeOf(path, options)
    return outcome._tag === "Resolved" ? Walk.toPath(outcome) : `${outcome.reason._tag} ${outcome.at}`
  }

  it("are entered unless they are forbidden", () => {
    for (const path of ["/d/e", "/d/e/..", "/abs", "/f"]) {
      expect(told(path, {})).not.toMatch(/CrossesMount/)
      expect(told(path)).toMatch(/^CrossesMount \/(d\/e|f)$/)
    }
    for (const path of ["/", "/d", "/ld", "/up/../d/."]) expect(told(path)).toBe(told(path, {}))
  })

  it("are refused before what is mounted is looked at", () => {
    expect(told("/f/x")).toBe("CrossesMount /f")
    expect(told("/d/e/nope", { mounts: "forbid", missing: "tail" })).toBe("CrossesMount /d/e")
    expect(told("/d/e", { mounts: "forbid", lastComponent: "keep" })).toBe("CrossesMount /d/e")
    expect(told("x", { mounts: "forbid", from: "d/e" })).toBe("CrossesMount /d/e")
  })

  it("are known, and the place before them is the deepest", () => {
    expect(outcomeOf("/ld/e/x", { mounts: "forbid" })).toMatchObject({
      reason: { _tag: "CrossesMount", known: true },
      remaining: "e/x"
    })
    expect(Walk.location(outcomeOf("/ld/e/x", { mounts: "forbid" })).deepest).toBe("/d")
  })

  it("do not matter for the name that is not looked up", () => {
    expect(told("/d/e", { mounts: "forbid", lastComponent: "unchecked" })).toBe("/d/e")
    expect(told("/d/nope", { mounts: "forbid", missing: "last" })).toBe("/d/nope")
  })

  it("may be anywhere for a lookup that does not say", () => {
    for (const path of ["/d", "/ld", "/f", "/d/..", "/a"]) {
      expect(failed(path, { mounts: "forbid" }).reason).toEqual({ _tag: "CrossesMount", known: false })
    }
    expect(failed("/nope", { mounts: "forbid" }).reason._tag).toBe("Missing")
    for (const path of ["/", ".", "/.."]) expect(Walk.toPath(resolved(path, { mounts: "forbid" }))).toBe("/")
  })

  it("are asked about only where they are forbidden", () => {
    for (const mounts of ["cross", "forbid"] as const) {
      const asked = new Set<boolean>()
      const lookups = (question: Walk.Lookup<TreeNode>): Walk.Entry<TreeNode> => {
        asked.add(question.forbidsMounts)
        return among([])(question)
      }
      Walk.run(inMemory(tree), "/abs", lookups, Policy.make({ mounts }))
      expect([...asked]).toEqual([mounts === "forbid"])
    }
  })
})
