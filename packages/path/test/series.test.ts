import { Policy, Walk } from "@procfsroot/path"
import * as Random from "@procfsroot/testkit/random"
import { inMemory, lookup, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { tree } from "./walking.js"

const parameters = { seed: Number(process.env["SEED"] ?? 20_261_126), numRuns: Number(process.env["RUNS"] ?? 5_000) }

const policies: FastCheck.Arbitrary<Policy.Policy> = FastCheck.record({
  containment: FastCheck.constantFrom<Array<Policy.Containment>>("clamp", "clamp", "reject", "beneath"),
  lastComponent: FastCheck.constantFrom<Array<Policy.LastComponent>>("follow", "follow", "keep", "unchecked"),
  missing: FastCheck.constantFrom<Array<Policy.Missing>>("error", "last", "tail"),
  maxSymlinks: FastCheck.constantFrom(255, 255, 5, 3, 1, 0),
  from: FastCheck.constantFrom("/", "/", "/a", "/a/b")
}).map(Policy.make)

/** Short paths pass through the same links again. */
const paths = FastCheck.oneof(
  Random.path,
  FastCheck.constantFrom("a", "/a", "/a/", "a/.", "a/..", "a/b", "b/../a", "/b")
)

/** Trees with a directory or a link at each of these paths, so that most links lead somewhere. */
const trees: FastCheck.Arbitrary<TreeSpec> = FastCheck.tuple(
  ...["/a", "/b", "/c", "/d", "/a/a", "/a/b", "/b/a", "/c/d"].map((path) =>
    FastCheck.oneof(
      FastCheck.constant({ path, type: "dir" as const }),
      Random.target.map((target) => ({ path, type: "symlink" as const, target }))
    )
  )
).map(Random.consistent)

const denied = { _tag: "Fault", cause: "denied" } as const

/** Looks up names in a tree where links with this name may not be followed as the last component. */
const protecting = (name: string | undefined) => (asked: Walk.Lookup<TreeNode>): Walk.Entry<TreeNode> => {
  const entry = lookup(asked)
  return entry._tag === "SymbolicLink" && asked.name === name ? { ...entry, denied } : entry
}

const told = (outcome: Walk.Outcome<TreeNode>) => ({
  location: Walk.location(outcome),
  links: outcome.trace.links,
  hops: Walk.hops(outcome.trace),
  clamped: Walk.clamped(outcome.trace),
  ...(outcome._tag === "Resolved"
    ? { path: Walk.toPath(outcome), kind: outcome.kind, tail: outcome.tail, slash: outcome.slash }
    : { reason: outcome.reason, at: outcome.at, slash: outcome.slash })
})

const pathOf = (outcome: Walk.Outcome<unknown>) => outcome._tag === "Resolved" ? Walk.toPath(outcome) : outcome.at

describe("a series of walks", () => {
  it("has the same outcomes, links and places as single walks", () => {
    let jumped = 0
    FastCheck.assert(
      FastCheck.property(
        trees,
        FastCheck.array(paths, { minLength: 4, maxLength: 12 }),
        policies,
        FastCheck.option(FastCheck.constantFrom("a", "b", "l"), { nil: undefined }),
        (spec, paths, policy, name) => {
          const root = inMemory(spec)
          let alone = 0
          let together = 0
          const ask = protecting(name)
          const { run } = Walk.series(root, (asked) => (together++, ask(asked)), policy)
          for (const path of paths) {
            const expected = Walk.run(root, path, (asked) => (alone++, ask(asked)), policy)
            expect(told(run(path))).toEqual(told(expected))
          }
          expect(together).toBeLessThanOrEqual(alone)
          if (together < alone) jumped++
        }
      ),
      parameters
    )
    expect(jumped).toBeGreaterThan(parameters.numRuns / 25)
  })

  const asking = (spec: TreeSpec) => {
    const asked: Array<string> = []
    const series = Walk.series(inMemory(spec), (question: Walk.Lookup<TreeNode>) => {
      asked.push(question.name)
      return lookup(question)
    })
    return { asked, series }
  }

  it("follows a link only once", () => {
    const { asked, series } = asking(tree)
    series.run("/abs")
    expect(asked.splice(0)).toEqual(["abs", "ld", "d", "e"])
    const again = series.run("/abs")
    expect(asked).toEqual(["abs"])
    expect(Walk.hops(again.trace).map(({ level, link }) => [link, level])).toEqual([["/abs", 0], ["/ld", 1]])
    expect(series.size).toBe(2)
  })

  it("walks the beginning that paths share only once", () => {
    const { asked, series } = asking(tree)
    for (const path of ["/ld/e/x", "/ld/e/y", "/ld/e/.", "/ld/z", "ld/e", "/up/../f"]) series.run(path)
    expect(asked).toEqual(["ld", "d", "e", "x", "y", ".", "z", "ld", "e", "up", "d", ".", "f"])
    expect(series.size).toBe(7)
  })

  it("asks again whether a directory may be searched", () => {
    const { run } = Walk.series("", ({ directory, name }) => {
      if (directory.name === "closed") return { _tag: "Fault", cause: "EACCES" }
      return { _tag: "Directory", handle: `${directory.handle}/${name}` }
    })
    for (const path of ["/closed/x", "/closed/.", "/closed/.."]) {
      expect(run(path)).toMatchObject({ _tag: "Failed", reason: { _tag: "Fault", cause: "EACCES" } })
    }
  })

  it("does not remember the beginnings of long paths", () => {
    const path = "/d".repeat(1_000)
    const series = Walk.series("", ({ name }) => ({ _tag: "Directory", handle: name }))
    for (let i = 0; i < 3; i++) expect(pathOf(series.run(path))).toBe(path)
    expect(series.size).toBe(127)
  })

  it("walks a link again if its result depends on what comes after it", () => {
    const spec: TreeSpec = [
      { path: "/d/x", type: "dir" },
      { path: "/m", type: "symlink", target: "d" },
      { path: "/l", type: "symlink", target: "m" }
    ]
    const { run } = Walk.series(inMemory(spec), protecting("m"))
    expect(run("/l/x")).toMatchObject({ _tag: "Resolved" })
    expect(run("/l")).toMatchObject({ _tag: "Failed", reason: denied, at: "/m" })
  })

  it("counts no links for a path without links", () => {
    const { series } = asking(tree)
    expect(series.run("/d/e").trace.links).toBe(0)
  })

  it("returns the hops of a long chain whose links were followed one by one before", () => {
    const length = 20_000
    const chain = Array.from({ length }, (_, i) => ({ path: `/l${i}`, type: "symlink" as const, target: `l${i + 1}` }))
    const root = inMemory([...chain, { path: `/l${length}`, type: "file" }])
    const { run } = Walk.series(root, lookup, Policy.make({ maxSymlinks: length }))
    for (let i = length - 1; i > 0; i--) run(`/l${i}`)
    const hops = Walk.hops(run("/l0").trace)
    expect(hops).toHaveLength(length)
    expect(hops.at(-1)).toEqual({
      link: `/l${length - 1}`,
      target: `l${length}`,
      restarted: false,
      clamped: false,
      level: length - 1
    })
  })
})
