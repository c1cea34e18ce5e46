/** What a lookup reports about its place in the path. protectedLinks.test.ts compares it with the kernel. */
import { ComponentStack, Policy, Walk } from "@procfsroot/path"
import { inMemory, lookup, type TreeNode } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"

describe("trailing and slashed", () => {
  const tree = inMemory([
    { path: "/d/e", type: "dir" },
    { path: "/l", type: "symlink", target: "m/" },
    { path: "/m", type: "symlink", target: "d" },
    { path: "/n", type: "symlink", target: "m/e" }
  ])
  const trailing = (path: string, options?: Policy.Options): ReadonlyArray<string> => {
    const found: Array<string> = []
    Walk.run(tree, path, (asked) => {
      if (asked.trailing) found.push(ComponentStack.toPath(asked.directory, [asked.name]))
      return lookup(asked)
    }, Policy.make(options))
    return found
  }

  it("trailing is true for the last component of the path, and of the target of a trailing link", () => {
    expect(trailing("/d/e")).toEqual(["/d/e"])
    expect(trailing("/l")).toEqual(["/l", "/m", "/d"])
    expect(trailing("/l//")).toEqual(["/l", "/m", "/d"])
    expect(trailing("/n")).toEqual(["/n", "/d/e"])
  })

  it("trailing is false before a dot, in the target of a link in the middle, and for a dot itself", () => {
    expect(trailing("/l/.")).toEqual([])
    expect(trailing("/l/..")).toEqual([])
    expect(trailing("/l/e")).toEqual(["/d/e"])
  })

  it("trailing is false where a link would be kept", () => {
    expect(trailing("/l", { lastComponent: "keep" })).toEqual([])
    expect(trailing("/l/", { lastComponent: "keep" })).toEqual(["/l", "/m", "/d"])
  })

  it("slashed is true if slashes follow the last component in the path, or in the target that contains it", () => {
    const slashed = (path: string, options?: Policy.Options): ReadonlyArray<string> => {
      const found: Array<string> = []
      Walk.run(tree, path, (asked) => {
        if (asked.slashed) found.push(ComponentStack.toPath(asked.directory, [asked.name]))
        return lookup(asked)
      }, Policy.make(options))
      return found
    }
    expect([slashed("/d/e"), slashed("/d/e/"), slashed("/d/e//"), slashed("/d/e/.")]).toEqual([
      [],
      ["/d/e"],
      ["/d/e"],
      []
    ])
    // The target of `/l` ends in a slash, that of `/m` does not.
    expect([slashed("/l"), slashed("/m"), slashed("/m/")]).toEqual([["/m"], [], ["/m"]])
  })

  it("trailing stays the same when a lookup is answered more than once", () => {
    const step = Walk.start(tree, "/l/")
    expect(step).toMatchObject({ _tag: "Lookup", name: "l", trailing: true })
    if (step._tag !== "Lookup") return
    expect(Walk.answer(step, lookup(step))).toMatchObject({ name: "m", trailing: true })
    expect(step.trailing).toBe(true)
  })
})

describe("a link that may not be followed as the last component", () => {
  const denied = { _tag: "Fault", cause: "EACCES" } as const
  const tree = inMemory([{ path: "/d/e", type: "dir" }, { path: "/l", type: "symlink", target: "d" }])

  const outcome = (path: string, options?: Policy.Options): Walk.Outcome<TreeNode> =>
    Walk.run(tree, path, (asked) => {
      const entry = lookup(asked)
      return entry._tag === "SymbolicLink" ? { ...entry, denied } : entry
    }, Policy.make(options))

  it("is refused only there, after the limit of links and before symlinks: forbid", () => {
    for (const path of ["/l", "/l/"]) {
      expect(outcome(path)).toMatchObject({ reason: denied, at: "/l" })
      expect(outcome(path, { symlinks: "forbid" })).toMatchObject({ reason: denied })
      expect(outcome(path, { maxSymlinks: 0 })).toMatchObject({ reason: { _tag: "TooManySymlinks" } })
    }
    for (const path of ["/l/.", "/l/e"]) expect(outcome(path)).toMatchObject({ _tag: "Resolved", kind: "Directory" })
    expect(outcome("/l", { lastComponent: "keep" })).toMatchObject({ _tag: "Resolved", kind: "SymbolicLink" })
  })
})

describe("a link on a mount whose links may not be followed", () => {
  const tree = inMemory([{ path: "/d/e", type: "dir" }, { path: "/l", type: "symlink", target: "d" }])

  const outcome = (path: string, options?: Policy.Options, marks: Partial<Walk.SymbolicLink<TreeNode>> = {}) =>
    Walk.run(tree, path, (asked): Walk.Entry<TreeNode> => {
      const entry = lookup(asked)
      return entry._tag === "SymbolicLink" ? { ...entry, ...marks, unfollowable: true } : entry
    }, Policy.make(options))

  it("is refused everywhere, before a magic link, after the limit and after links that are denied", () => {
    const byMount = { reason: { _tag: "SymlinkForbidden", by: "mount" }, at: "/l" }
    for (const path of ["/l", "/l/", "/l/e", "/l/../d"]) expect(outcome(path)).toMatchObject(byMount)
    expect(outcome("/l/e", {}, { magic: true })).toMatchObject(byMount)
    expect(outcome("/l/e", {}, { unreadable: { _tag: "Missing" } })).toMatchObject(byMount)
    expect(outcome("l/e", { containment: "beneath" }, { target: "/d" })).toMatchObject(byMount)
    expect(outcome("/l/e", { symlinks: "forbid" })).toMatchObject({ reason: { by: "policy" } })
    expect(outcome("/l", { maxSymlinks: 0 })).toMatchObject({ reason: { _tag: "TooManySymlinks" } })
    expect(outcome("/l", {}, { denied: { _tag: "Fault", cause: "EACCES" } })).toMatchObject({
      reason: { _tag: "Fault" }
    })
    expect(outcome("/l", { lastComponent: "keep" })).toMatchObject({ _tag: "Resolved", kind: "SymbolicLink" })
  })
})
