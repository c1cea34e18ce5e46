/** Tests the policies for each use of a path, and the policy of a root inside another root. */
import * as Policy from "@procfsroot/path/Policy"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import { describe, expect, it } from "vitest"
import { policiesOf, temporaryDirectory } from "../src/internal/pathPolicy.js"

const strict: PathPolicy.PathPolicy = {
  containment: "beneath",
  symlinks: "forbid",
  mounts: "forbid",
  from: "/d",
  maxSymlinks: 3
}

/** Settings in JSON. */
const unset: PathPolicy.PathPolicy = JSON.parse(
  `{ "containment": null, "symlinks": null, "mounts": null, "from": null, "maxSymlinks": null }`
)

describe("the policies of a file system", () => {
  it("differ only in the last component and in which names may be missing", () => {
    const uses = {
      follow: {},
      keep: { lastComponent: "keep" },
      parent: { lastComponent: "unchecked" },
      create: { missing: "last" },
      createKept: { lastComponent: "keep", missing: "last" },
      reach: { lastComponent: "keep", missing: "tail" },
      reachFollowed: { missing: "tail" }
    }
    const all = (policy: PathPolicy.PathPolicy | undefined) => ({ ...Policy.defaultPolicy, maxSymlinks: 40, ...policy })
    for (const policy of [undefined, {}, strict]) {
      expect(policiesOf(policy)).toEqual(
        Object.fromEntries(Object.entries(uses).map(([name, use]) => [name, { ...all(policy), ...use }]))
      )
    }
  })

  it("have the defaults for options that are null", () => {
    expect(policiesOf(unset)).toEqual(policiesOf({}))
  })

  it("are not made from a value in the place of the options", () => {
    const value: PathPolicy.PathPolicy = JSON.parse(`"beneath"`)
    const refused = new TypeError("options must be an object, not a string")
    expect(() => policiesOf(value)).toThrow(refused)
    expect(() => PathPolicy.copy(value)).toThrow(refused)
    expect(() => PathPolicy.strictest(strict, value)).toThrow(refused)
  })

  it("decide where temporary files are created", () => {
    const directories = [undefined, {}, { containment: "reject" }, { containment: "beneath" }] as const
    expect(directories.map((policy) => temporaryDirectory(policy))).toEqual(["/tmp", "/tmp", "/tmp", "tmp"])
  })
})

describe("a root inside another root", () => {
  const { strictest } = PathPolicy

  it("is as strict as the stricter of the two", () => {
    const order = [undefined, "clamp", "reject", "beneath"] as const
    for (const [i, outer] of order.entries()) {
      for (const [j, inner] of order.entries()) {
        expect([outer, inner, strictest({ containment: outer }, { containment: inner }).containment])
          .toEqual([outer, inner, order[Math.max(i, j)]])
      }
    }
    for (const [outer, inner] of [[strict, {}], [{}, strict], [strict, strict]] as const) {
      expect(strictest(outer, inner)).toMatchObject({ symlinks: "forbid", mounts: "forbid", maxSymlinks: 3 })
    }
    expect(strictest({ symlinks: "follow", mounts: "cross" }, { symlinks: "follow", mounts: "cross" }))
      .toMatchObject({ symlinks: "follow", mounts: "cross" })
    expect(strictest({ maxSymlinks: 3 }, { maxSymlinks: 100 }).maxSymlinks).toBe(3)
    expect(strictest({ maxSymlinks: 100 }, {}).maxSymlinks).toBe(100)
    expect(strictest({}, { maxSymlinks: 100 }).maxSymlinks).toBe(40)
    expect(strictest(strict, unset)).toMatchObject({ ...strict, from: null })
    expect(strictest(undefined, {})).toMatchObject({ containment: undefined, maxSymlinks: 40 })
  })

  it("has its own `from`", () => {
    expect([strictest({ from: "/a" }, { from: "/b" }).from, strictest({ from: "/a" }, {}).from]).toEqual([
      "/b",
      undefined
    ])
  })
})
