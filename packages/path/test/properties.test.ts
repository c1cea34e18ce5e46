import { ComponentStack, Policy, RootedPath, Walk } from "@procfsroot/path"
import * as Random from "@procfsroot/testkit/random"
import { inMemory, lookup, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const parameters = { seed: Number(process.env["SEED"] ?? 20_261_124), numRuns: Number(process.env["RUNS"] ?? 5_000) }

const walk = (tree: TreeNode, path: string, options?: Policy.Options): Walk.Outcome<TreeNode> =>
  Walk.run(tree, path, lookup, Policy.make(options))

const answer = (outcome: Walk.Outcome<TreeNode>): string =>
  outcome._tag === "Resolved" ? Walk.toPath(outcome) : outcome.reason._tag

/**
 * Whether a walk follows at least `budget` links. It follows a link by inserting its target into the text, and detects
 * loops only by counting: slow and simple.
 */
const endless = (tree: TreeSpec, path: string, budget: number): boolean => {
  const types = inMemory(tree)
  const at = (names: ReadonlyArray<string>): TreeNode | undefined =>
    names.reduce<TreeNode | undefined>((node, name) => node?.children.get(name), types)
  let place: Array<string> = []
  const rest = path.split("/").toReversed()
  for (let followed = 0; followed < budget;) {
    const name = rest.pop()
    if (name === undefined) return false
    const here = at(place)
    if (here?.type !== "dir") return false
    if (name === "" || name === ".") continue
    if (name === "..") {
      place.pop()
      continue
    }
    const entry = here.children.get(name)
    if (entry === undefined) return false
    if (entry.type !== "symlink") {
      place.push(name)
      continue
    }
    followed++
    if (entry.target.startsWith("/")) place = []
    rest.push(...entry.target.split("/").toReversed())
  }
  return true
}

const options: FastCheck.Arbitrary<Policy.Options> = FastCheck.record({
  containment: FastCheck.constantFrom<Array<Policy.Containment>>("clamp", "reject", "beneath"),
  lastComponent: FastCheck.constantFrom<Array<Policy.LastComponent>>("follow", "keep", "unchecked"),
  missing: FastCheck.constantFrom<Array<Policy.Missing>>("error", "last", "tail")
})

describe("properties of the walk", () => {
  it("returns paths inside the root without dots and empty names", () => {
    FastCheck.assert(
      FastCheck.property(Random.tree, Random.path, options, (tree, path, options) => {
        const outcome = walk(inMemory(tree), path, options)
        if (outcome._tag === "Resolved") expect(Walk.toPath(outcome)).toSatisfy(RootedPath.isRootedPath)
        else expect(outcome.at).toSatisfy(RootedPath.isRootedPath)
      }),
      parameters
    )
  })

  it("resolves a resolved path to itself", () => {
    FastCheck.assert(
      FastCheck.property(
        Random.tree,
        Random.path,
        options.filter(({ containment }) => containment !== "beneath"),
        (tree, path, options) => {
          const outcome = walk(inMemory(tree), path, options)
          if (outcome._tag === "Resolved") {
            expect(answer(walk(inMemory(tree), Walk.toPath(outcome), options))).toBe(Walk.toPath(outcome))
          }
        }
      ),
      parameters
    )
  })

  it("resolves a path that is split in two like the whole path", () => {
    FastCheck.assert(
      FastCheck.property(Random.tree, Random.path, Random.path, (spec, head, tail) => {
        FastCheck.pre(head !== "")
        const tree = inMemory(spec)
        const first = walk(tree, head)
        const second = first._tag === "Resolved" ? walk(tree, `${Walk.toPath(first)}/${tail}`) : first
        expect(answer(second)).toBe(answer(walk(tree, `${head}/${tail}`)))
      }),
      parameters
    )
  })

  it("fails in the same way if it continues at the deepest place with what remains", () => {
    FastCheck.assert(
      FastCheck.property(Random.tree, Random.path, (spec, path) => {
        FastCheck.pre(path !== "")
        const tree = inMemory(spec)
        const outcome = walk(tree, path)
        if (outcome._tag === "Resolved") return
        const deepest = ComponentStack.toPath(outcome.deepest)
        const again = walk(tree, `${deepest}/${outcome.remaining}`)
        expect([answer(again), again._tag === "Failed" && again.at]).toEqual([answer(outcome), outcome.at])
      }),
      parameters
    )
  })

  it("reports a cycle exactly when the walk would never end", () => {
    let cycles = 0
    const maxSymlinks = 20_000
    FastCheck.assert(
      FastCheck.property(Random.tree, Random.path, (tree, path) => {
        const outcome = walk(inMemory(tree), path, { maxSymlinks })
        const cycle = outcome._tag === "Failed" && outcome.reason._tag === "Cycle"
        if (cycle) cycles++
        expect(cycle).toBe(endless(tree, path, maxSymlinks))
      }),
      parameters
    )
    expect(cycles).toBeGreaterThan(parameters.numRuns / 50)
  })
})

describe("a large walk", () => {
  const counted = (tree: TreeSpec, path: string, options?: Policy.Options) => {
    let lookups = 0
    const outcome = Walk.run(inMemory(tree), path, (asked) => {
      lookups++
      return lookup(asked)
    }, Policy.make(options))
    return { answer: answer(outcome), lookups }
  }

  it("takes at most one lookup per component", () => {
    const million = 1_000_000
    const tree: TreeSpec = [{ path: "/d", type: "dir" }]
    expect(counted(tree, "/".repeat(million))).toEqual({ answer: "/", lookups: 0 })
    expect(counted(tree, `${"../".repeat(million)}d`)).toEqual({ answer: "/d", lookups: 2 })
    expect(counted(tree, "d/../".repeat(million / 2))).toEqual({ answer: "/", lookups: million })
    expect(counted(tree, `${"n/".repeat(million)}n`, { missing: "tail" }).lookups).toBe(1)
  })

  it("builds and reads a stack of a million names", () => {
    const outcome = Walk.run(0, "d/".repeat(1_000_000), ({ directory }) => ({
      _tag: "Directory",
      handle: directory.handle + 1
    }))
    expect(outcome._tag === "Resolved" && [outcome.place.handle, Walk.toPath(outcome).length]).toEqual([
      1_000_000,
      2_000_000
    ])
  })

  it("stops at the limit of links if each link leads through two others", () => {
    const tree: TreeSpec = [
      { path: "/l0", type: "symlink", target: "." },
      ...Array.from({ length: 60 }, (_, i) => ({
        path: `/l${i + 1}`,
        type: "symlink" as const,
        target: `l${i}/l${i}`
      }))
    ]
    expect(counted(tree, "/l60")).toEqual({ answer: "TooManySymlinks", lookups: 256 })
    expect(counted(tree, "/l60", { maxSymlinks: 40 }).lookups).toBeLessThan(60)
  })
})
