import { ComponentStack, Policy, RootedPath, Walk } from "@procfsroot/path"
import { inMemory, lookup } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { failed, resolved, tree } from "./walking.js"

describe("a cycle", () => {
  it("lists its links in the order in which the walk found them", () => {
    expect(failed("/a").reason).toEqual({ _tag: "Cycle", cycle: ["/a", "/b", "/c"] })
    expect(failed("/c/x").reason).toEqual({ _tag: "Cycle", cycle: ["/c", "/a", "/b"] })
    // The link that leads into the cycle is not part of it.
    expect(failed("/in").reason).toEqual({ _tag: "Cycle", cycle: ["/a", "/b", "/c"] })
  })

  it("is not reported for a link that is followed twice, one time after the other", () => {
    expect(Walk.toPath(resolved("/ld/../ld/../ld"))).toBe("/d")
  })
})

describe("hops", () => {
  it("list each link, its level, and whether it restarted or was clamped", () => {
    const outcome = resolved("/abs/../../up")
    expect(Walk.hops(outcome.trace)).toEqual([
      { link: "/abs", target: "/ld/e", restarted: true, clamped: false, level: 0 },
      { link: "/ld", target: "d", restarted: false, clamped: false, level: 1 },
      { link: "/up", target: "../../d", restarted: false, clamped: true, level: 0 }
    ])
    expect(outcome.trace.links).toBe(3)
    expect(Walk.clamped(outcome.trace)).toBe(false)
    expect(Walk.clamped(resolved("/../d").trace)).toBe(true)
  })

  it("do not count a clamp in the path as one in the link before it", () => {
    const { trace } = resolved("/up/../..")
    expect(Walk.hops(trace)).toMatchObject([{ link: "/up", clamped: true }])
    expect(Walk.clamped(trace)).toBe(true)
  })

  it("give the same trace when passed to Walk.traceOf", () => {
    const nested = [{
      link: "/d/e/l" as RootedPath.RootedPath,
      target: "..",
      restarted: false,
      clamped: false,
      level: 0
    }]
    expect(Walk.hops(Walk.traceOf(nested, false))).toEqual(nested)
    for (const path of ["/abs/../../up", "/up/../..", "/../d", "/d"]) {
      const { trace } = resolved(path)
      const again = Walk.traceOf(Walk.hops(trace), Walk.clamped(trace))
      expect([Walk.hops(again), Walk.clamped(again), again.links]).toEqual([
        Walk.hops(trace),
        Walk.clamped(trace),
        trace.links
      ])
    }
  })

  it("are kept when the walk fails", () => {
    expect(Walk.hops(failed("/dang/x").trace).map(({ link }) => link)).toEqual(["/dang"])
  })
})

describe("missing", () => {
  it("last: only the last name may be missing, with or without slashes after it", () => {
    expect(Walk.toPath(resolved("/d/nope", { missing: "last" }))).toBe("/d/nope")
    expect(Walk.toPath(resolved("/d/nope//", { missing: "last" }))).toBe("/d/nope")
    expect(Walk.toPath(resolved("/dang", { missing: "last" }))).toBe("/d/nope")
    expect(failed("/dang/x", { missing: "last" }).reason._tag).toBe("Missing")
    expect(failed("/nope/.", { missing: "last" }).reason._tag).toBe("Missing")
  })

  it("tail: `..` removes a missing name, and the walk continues in what exists", () => {
    expect(Walk.toPath(resolved("/d/n/../e/x/y", { missing: "tail" }))).toBe("/d/e/x/y")
    expect(resolved("/d/n/../e", { missing: "tail" })).toMatchObject({ kind: "Directory", tail: [] })
    expect(failed("/f/x", { missing: "tail" }).reason._tag).toBe("NotADirectory")
  })
})

describe("slashes after a missing name", () => {
  it("are reported, since only a directory can be made there", () => {
    const slash = (path: string, missing: Policy.Missing) => resolved(path, { missing }).slash
    expect([slash("/d/n", "last"), slash("/d/n/", "last"), slash("/d/n/m/", "tail")]).toEqual([false, true, true])
    expect([slash("/d/n/m", "tail"), slash("/d/n/m/..", "tail"), slash("/d/", "tail")]).toEqual([false, true, false])
  })

  it("are not reported for a name that `..` removed", () => {
    expect(resolved("/n/../m", { missing: "tail" })).toMatchObject({ tail: ["m"], slash: false })
    expect(resolved("/n/../m", { missing: "tail", lastComponent: "unchecked" })).toMatchObject({ slash: false })
    for (const path of ["/d/n/..", "/d/n/m/../..", "/d/n/../", "/n/.."]) {
      expect(resolved(path, { missing: "tail" })).toMatchObject({ kind: "Directory", tail: [], slash: false })
    }
  })
})

describe("what remains", () => {
  it("is the passed path from the link that could not be followed, with its slashes", () => {
    const remaining = (path: string) => failed(path).remaining
    expect([remaining("/dang"), remaining("/dang/"), remaining("/ld/../dang/x//")]).toEqual([
      "dang",
      "dang/",
      "dang/x//"
    ])
  })

  it("includes the names that may be missing", () => {
    expect(Walk.location(resolved("/ld/n/m", { missing: "tail" }))).toEqual({ deepest: "/d", remaining: "n/m" })
    expect(Walk.location(resolved("/ld/e"))).toEqual({ deepest: "/d/e", remaining: "" })
  })
})

describe("slashes after a file", () => {
  it("are reported, but not names or dots", () => {
    const slash = (path: string) => failed(path).slash
    expect([slash("/f/"), slash("/f//"), slash("/f/."), slash("/f/x"), slash("/nope/"), slash("")])
      .toEqual([true, true, false, false, false, false])
  })
})

describe("lastComponent: unchecked", () => {
  it("never looks up the last component", () => {
    expect(resolved("/ld/nope", { lastComponent: "unchecked" }).tail).toEqual(["nope"])
    expect(Walk.toPath(resolved("/ld", { lastComponent: "unchecked" }))).toBe("/ld")
    expect(Walk.toPath(resolved("/ld/", { lastComponent: "unchecked" }))).toBe("/d")
  })
})

describe("containment", () => {
  it("reports the link whose target would have left the root", () => {
    expect(failed("/up", { containment: "reject" }).reason).toEqual({ _tag: "EscapesRoot", via: "/up" })
    expect(failed("abs", { containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot", via: "/abs" })
    expect(failed("/d", { containment: "beneath" }).reason).toEqual({ _tag: "EscapesRoot" })
    expect(failed("d/../..", { containment: "reject" }).reason).toEqual({ _tag: "EscapesRoot" })
  })
})

describe("lookups", () => {
  it("are values: each can be answered again", () => {
    const first = Walk.start("", "x/../y")
    if (first._tag !== "Lookup") throw new Error("the walk asks for x")
    const asDirectory = Walk.answer(first, { _tag: "Directory", handle: "/x" })
    const asMissing = Walk.answer(first, { _tag: "Missing" })
    const again = Walk.answer(first, { _tag: "Directory", handle: "/x" })
    expect(asDirectory).toEqual(again)
    expect(asDirectory).toMatchObject({ _tag: "Lookup", name: "." })
    expect(asMissing).toMatchObject({ _tag: "Failed", at: "/x" })
  })

  it("ask whether a directory may be searched before a dot or `..` in it, and never ask for `..`", () => {
    const names: Array<string> = []
    Walk.run(inMemory(tree), "d/e/../../ld/..", (asked) => {
      names.push(asked.name)
      return lookup(asked)
    })
    // After `e/..` the walk is in `d`. It found `e` there, so it does not ask again. `ld` leads to `d`, where nothing
    // has been looked up yet.
    expect(names).toEqual(["d", "e", ".", "ld", "d", "."])
    for (const path of [".", "..", "/.", "/.."]) {
      names.length = 0
      Walk.run(inMemory(tree), path, (asked) => {
        names.push(asked.name)
        return lookup(asked)
      })
      expect([path, names]).toEqual([path, ["."]])
    }
  })

  it("are never made in a file that is not a directory", () => {
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

  it("a directory that was replaced before it is searched is reported as not a directory", () => {
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

  it("a directory that may not be searched fails the walk, with the reason and its own path", () => {
    const fault = { _tag: "Fault", cause: new Error("EACCES") } as const
    for (const reason of [fault, { _tag: "Missing" } as const]) {
      const outcome = Walk.run("", "x/..", ({ name }) => name === "x" ? { _tag: "Directory", handle: "" } : reason)
      expect(outcome).toMatchObject({ _tag: "Failed", reason, at: "/x" })
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

  it("a magic link is refused where it would be followed, and kept if the policy says so", () => {
    const magic = { _tag: "SymbolicLink", target: "/usr/bin/node", handle: "exe", magic: true } as const
    expect(Walk.run("", "exe", () => magic)).toMatchObject({ reason: { _tag: "MagicLink", target: "/usr/bin/node" } })
    expect(Walk.run("", "exe", () => magic, Policy.make({ lastComponent: "keep" })))
      .toMatchObject({ _tag: "Resolved", kind: "SymbolicLink" })
  })

  it("a link that cannot be read can be kept, and fails where it would be followed", () => {
    const cause = new Error("EACCES")
    const link = { _tag: "SymbolicLink", target: "", handle: "exe", unreadable: { _tag: "Fault", cause } } as const
    expect(Walk.run("", "exe", () => link)).toMatchObject({ reason: { _tag: "Fault", cause }, at: "/exe" })
    expect(Walk.run("", "exe", () => link, Policy.make({ lastComponent: "keep" })))
      .toMatchObject({ _tag: "Resolved", kind: "SymbolicLink" })
    // The kernel counts a link and checks whether it may follow it before it reads the target.
    expect(Walk.run("", "exe", () => link, Policy.make({ symlinks: "forbid" })))
      .toMatchObject({ reason: { _tag: "SymlinkForbidden" } })
  })
})

describe("policies and stacks", () => {
  it("a stack has the same path, no matter whose paths were asked for before", () => {
    const { make, push, toPath } = ComponentStack
    const above = push(push(make(0), "a", 1), "b", 2)
    const below = push(push(above, "c", 3), "d", 4)
    expect(toPath(push(above, "x", 5))).toBe("/a/b/x")
    expect([toPath(below), toPath(push(below, "e", 6)), toPath(above)]).toEqual(["/a/b/c/d", "/a/b/c/d/e", "/a/b"])
  })

  it("a switch is off unless it is on, and is a boolean", () => {
    expect([Policy.isOn("sync", true), Policy.isOn("sync", false), Policy.isOn("sync", undefined)])
      .toEqual([true, false, false])
    // @ts-expect-error: as from JavaScript
    expect(() => Policy.isOn("sync", "yes")).toThrow(new RangeError(`sync must be true or false, not "yes"`))
  })

  it("a limit of links must be a whole number", () => {
    expect(() => Policy.make({ maxSymlinks: -1 }))
      .toThrow(new RangeError("maxSymlinks must be a whole number of at least 0, not -1"))
    expect(() => Policy.make({ maxSymlinks: Number.NaN })).toThrow(RangeError)
  })

  it.each([
    ["containment", "benaeth", `containment must be clamp, reject or beneath, not "benaeth"`],
    ["lastComponent", "Keep", `lastComponent must be follow, keep or unchecked, not "Keep"`],
    ["missing", true, "missing must be error, last or tail, not true"],
    ["symlinks", "forbidden", `symlinks must be follow or forbid, not "forbidden"`],
    ["symlinks", ["forbid"], `symlinks must be follow or forbid, not ["forbid"]`],
    ["mounts", "no", `mounts must be cross or forbid, not "no"`]
  ])("%s must have one of its values, and is not %j", (name, value, message) => {
    // As from a settings file, which no compiler checks.
    const options: Policy.Options = JSON.parse(JSON.stringify({ [name]: value }))
    expect(() => Policy.make(options)).toThrow(new RangeError(message))
  })

  it.each(["beneath", 5, true, null])("options must be an object, and are not %j", (value) => {
    const options: Policy.Options = JSON.parse(JSON.stringify(value))
    const given = value === null ? "null" : `a ${typeof value}`
    expect(() => Policy.make(options)).toThrow(new TypeError(`options must be an object, not ${given}`))
  })

  it("a limit of 0 refuses to follow any link, and allows everything else", () => {
    expect(Policy.make({ maxSymlinks: 0 }).maxSymlinks).toBe(0)
    expect(Walk.toPath(resolved("/d/../d/e", { maxSymlinks: 0 }))).toBe("/d/e")
    expect(Walk.toPath(resolved("/ld", { maxSymlinks: 0, lastComponent: "keep" }))).toBe("/ld")
    expect(failed("/ld", { maxSymlinks: 0 }).reason).toEqual({ _tag: "TooManySymlinks", limit: 0 })
    expect(failed("/ld/", { maxSymlinks: 0, lastComponent: "keep" }).reason._tag).toBe("TooManySymlinks")
    expect(Walk.toPath(resolved("/ld", { maxSymlinks: 1 }))).toBe("/d")
    expect(Walk.toPath(resolved("/abs", { maxSymlinks: 2 }))).toBe("/d/e")
    // The first link still counts after a `..` at the root.
    expect(failed("/ld/../../ld", { maxSymlinks: 1 }).reason).toEqual({ _tag: "TooManySymlinks", limit: 1 })
    expect(failed("/abs", { maxSymlinks: 1 }).reason).toEqual({ _tag: "TooManySymlinks", limit: 1 })
  })

  it("the default policy is the kernel's, with a larger limit", () => {
    expect(Policy.make()).toEqual({
      containment: "clamp",
      lastComponent: "follow",
      missing: "error",
      symlinks: "follow",
      mounts: "cross",
      from: "/",
      maxSymlinks: 255
    })
  })

  it("an option that is undefined has its default value", () => {
    // Possible without `exactOptionalPropertyTypes`, as in many programs.
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

  it("stacks can be popped down to the root, and are compared by their names", () => {
    const root = ComponentStack.make(0)
    const deep = ComponentStack.push(ComponentStack.push(root, "a", 1), "b", 2)
    expect(ComponentStack.pop(deep).handle).toBe(1)
    expect(ComponentStack.pop(root)).toBe(root)
    expect(root.name).toBe("")
    expect(ComponentStack.toPath(deep)).toBe("/a/b")
    expect([root, ComponentStack.pop(deep), deep].map(({ depth }) => depth)).toEqual([0, 1, 2])
    const same = ComponentStack.push(ComponentStack.push(ComponentStack.make(6), "a", 7), "b", 8)
    expect(ComponentStack.equals(deep, same)).toBe(true)
    const others = [["b"], ["a", "c"], ["c", "b"], ["a", "b", "c"], []]
    for (const names of others) {
      const other = names.reduce((stack, name) => ComponentStack.push(stack, name, 0), root)
      expect([ComponentStack.equals(deep, other), ComponentStack.equals(other, deep)]).toEqual([false, false])
    }
  })

  it("a rooted path is recognised by its form", () => {
    for (const path of ["/", "/a", "/a/b..c"]) expect(RootedPath.isRootedPath(path)).toBe(true)
    for (const path of ["", "a", "xa", "/a/", "//a", "/a/../b", "/.", "/a\0b"]) {
      expect(RootedPath.isRootedPath(path)).toBe(false)
    }
    expect(RootedPath.components(RootedPath.root)).toEqual([])
    expect(RootedPath.components(Walk.toPath(resolved("/d")))).toEqual(["d"])
    expect(RootedPath.components(Walk.toPath(resolved("/ld/e")))).toEqual(["d", "e"])
    expect(RootedPath.behind("/", RootedPath.root)).toBe("/")
    expect(RootedPath.behind("/proc/1/root", RootedPath.root)).toBe("/proc/1/root")
    expect(RootedPath.behind("/srv/", Walk.toPath(resolved("/d/e")))).toBe("/srv/d/e")
    expect(RootedPath.behind("/proc/1/root", Walk.toPath(resolved("/d/e")))).toBe("/proc/1/root/d/e")
  })
})
