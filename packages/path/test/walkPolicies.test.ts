/** Tests of `from`, the directory in which relative paths start, and of mounts that may not be entered. */
import { ComponentStack, Policy, Walk } from "@procfsroot/path"
import { inMemory, lookup, type TreeNode } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { failed, resolved, tree, walk } from "./walking.js"

describe("from", () => {
  const at = (path: string, options: Policy.Options): string => Walk.toPath(resolved(path, options))

  it("is where relative paths start, and only these", () => {
    for (const from of ["/d", "d", "d/", "//d/.", "/d/e/..", "ld"]) {
      expect(at("e", { from })).toBe("/d/e")
      expect(at(".", { from })).toBe("/d")
      expect(at("/ld", { from })).toBe("/d")
      expect(at("/ld", { from, lastComponent: "keep" })).toBe("/ld")
    }
    for (const from of ["/", "//", "/.", "..", "./"]) expect(at("ld/e", { from })).toBe("/d/e")
  })

  it("is inserted before the path, without its own leading slashes", () => {
    const text = (from: string, path: string) => Policy.textOf({ from }, path)
    expect([text("/d", "e"), text("//d/", "e"), text("d", "/e"), text("/", "e")]).toEqual(["d/e", "d//e", "/e", "e"])
    expect([text("//", "e"), text("/d", "")]).toEqual(["e", ""])
  })

  it("can be left with `..`, up to the root", () => {
    expect(at("../f", { from: "/d/e/.." })).toBe("/f")
    // This is the parent of the link's target, not of the link.
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
    // `beneath` does not refuse `from` for its leading slash.
    expect(at("e", { from: "/d", containment: "beneath" })).toBe("/d/e")
    expect(failed("e", { from: "abs", containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot", via: "/abs" })
    expect(failed("/d", { from: "/d", containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot" })
  })

  it("is subject to the limit of links and to symlinks: forbid, like the path", () => {
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

  it("must exist, while missing says which names of the path may be missing", () => {
    expect(at("nope", { from: "d", missing: "last" })).toBe("/d/nope")
    expect(at("../dang", { from: "ld", missing: "last" })).toBe("/d/nope")
    expect(at("x/y/../z", { from: "ld", missing: "tail" })).toBe("/d/x/z")
    expect(failed("x/y", { from: "ld", missing: "last" }).reason._tag).toBe("Missing")
    expect(at("x", { from: "d", lastComponent: "unchecked" })).toBe("/d/x")
    // `from` is looked up, but the last name of the path is not.
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

  it("does not make the empty path valid", () => {
    for (const missing of ["error", "last", "tail"] as const) {
      expect(failed("", { from: "/d", missing })).toMatchObject({ reason: { _tag: "Missing" }, at: "/" })
    }
  })

  it("is part of what remains if the walk fails in `from`", () => {
    const located = (path: string, from: string) => Walk.location(walk(path, { from }))
    expect(located("x/y", "d")).toEqual({ deepest: "/d", remaining: "x/y" })
    expect(located("e/x", "/d/")).toEqual({ deepest: "/d/e", remaining: "x" })
    expect(located("../nope/x", "ld")).toEqual({ deepest: "/", remaining: "nope/x" })
    expect(located("x", "d/nope")).toEqual({ deepest: "/d", remaining: "nope/x" })
    expect(located("x", "dang")).toEqual({ deepest: "/", remaining: "dang/x" })
    expect(located("e", "ld")).toEqual({ deepest: "/d/e", remaining: "" })
  })

  it.each(["", "a\0b", "/\ud800", "/\udcc3\udca9"])("throws a RangeError if it is %j", (from) => {
    expect(() => Policy.make({ from })).toThrow(RangeError)
    expect(() => Policy.make({ from })).toThrow(/from must be a path/)
  })

  it.each([5, ["/a"]])("throws the same if it is %j, which is not text", (from: unknown) => {
    expect(() => Policy.make(JSON.parse(JSON.stringify({ from })))).toThrow(/^from must be a path/)
  })
})

describe("mounts", () => {
  /** Looks up names in the tree, with mounts at these paths. */
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

  it("are refused before the mounted file is examined", () => {
    expect(told("/f/x")).toBe("CrossesMount /f")
    expect(told("/d/e/nope", { mounts: "forbid", missing: "tail" })).toBe("CrossesMount /d/e")
    expect(told("/d/e", { mounts: "forbid", lastComponent: "keep" })).toBe("CrossesMount /d/e")
    expect(told("x", { mounts: "forbid", from: "d/e" })).toBe("CrossesMount /d/e")
  })

  it("are reported as known, with the directory before the mount as the deepest place", () => {
    expect(outcomeOf("/ld/e/x", { mounts: "forbid" })).toMatchObject({
      reason: { _tag: "CrossesMount", known: true },
      remaining: "e/x"
    })
    expect(Walk.location(outcomeOf("/ld/e/x", { mounts: "forbid" })).deepest).toBe("/d")
  })

  it("do not matter for a name that is missing or not looked up", () => {
    expect(told("/d/e", { mounts: "forbid", lastComponent: "unchecked" })).toBe("/d/e")
    expect(told("/d/nope", { mounts: "forbid", missing: "last" })).toBe("/d/nope")
  })

  it("can be anywhere if the lookup does not say whether a file is mounted", () => {
    for (const path of ["/d", "/ld", "/f", "/d/..", "/a"]) {
      expect(failed(path, { mounts: "forbid" }).reason).toEqual({ _tag: "CrossesMount", known: false })
    }
    expect(failed("/nope", { mounts: "forbid" }).reason._tag).toBe("Missing")
    for (const path of ["/", ".", "/.."]) expect(Walk.toPath(resolved(path, { mounts: "forbid" }))).toBe("/")
  })

  it("matter to a lookup only if the policy forbids them", () => {
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
