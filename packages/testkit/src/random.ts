/** Random trees and paths. They use few names and many links, so that random paths often exist. */
import * as FastCheck from "effect/FastCheck"
import { parentsOf, type TreeNodeSpec, type TreeSpec } from "./tree.js"

const names = FastCheck.constantFrom("a", "b", "c", "d")
const component = FastCheck.oneof(
  { weight: 12, arbitrary: names },
  { weight: 3, arbitrary: FastCheck.constant("..") },
  { weight: 1, arbitrary: FastCheck.constantFrom(".", "", "nope") }
)

const joined = (minLength: number, maxLength: number): FastCheck.Arbitrary<string> =>
  FastCheck.tuple(
    FastCheck.constantFrom("", "", "/"),
    FastCheck.array(component, { minLength, maxLength }),
    FastCheck.constantFrom("", "", "", "/", "/.", "/..")
  ).map(([head, components, end]) => head + components.join("/") + end)

/** A random path. It can be empty, absolute, contain `..`, or end in slashes and dots. */
export const path: FastCheck.Arbitrary<string> = joined(0, 7)

/** The text of a link. On Linux, it cannot be empty (`symlink(2)`, ENOENT). */
export const target: FastCheck.Arbitrary<string> = joined(1, 4).filter((text) => text !== "")

const place = FastCheck.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`)

const spec: FastCheck.Arbitrary<TreeNodeSpec> = FastCheck.oneof(
  { weight: 3, arbitrary: place.map((path) => ({ path, type: "dir" as const })) },
  { weight: 2, arbitrary: place.map((path) => ({ path, type: "file" as const })) },
  {
    weight: 5,
    arbitrary: FastCheck.tuple(place, target).map(([path, target]) => ({ path, type: "symlink" as const, target }))
  }
)

/** Keeps the files that can be created in this order: no two with the same path, and none below another file. */
export const consistent = (specs: ReadonlyArray<TreeNodeSpec>): TreeSpec => {
  const taken = new Map<string, TreeNodeSpec["type"]>()
  return specs.filter(({ path, type }) => {
    const parents = parentsOf(path)
    if (taken.has(path) || parents.some((parent) => (taken.get(parent) ?? "dir") !== "dir")) return false
    for (const parent of parents) taken.set(parent, "dir")
    taken.set(path, type)
    return true
  })
}

export const tree: FastCheck.Arbitrary<TreeSpec> = FastCheck.array(spec, { minLength: 3, maxLength: 14 }).map(
  consistent
)
