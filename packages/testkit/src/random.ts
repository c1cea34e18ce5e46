/** Random trees and paths, small in alphabet and rich in links, so that random paths meet them. */
import * as FastCheck from "effect/FastCheck"
import type { TreeNodeSpec, TreeSpec } from "./tree.js"

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

/** A path to ask: sometimes empty, absolute, climbing, with slashes and dots where they hurt. */
export const path: FastCheck.Arbitrary<string> = joined(0, 7)

/** The text of a link; Linux knows no empty one (`symlink(2)`, ENOENT). */
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

/** Keeps what can be made in order: no two nodes at one place, none in a file that is not a directory. */
export const consistent = (specs: ReadonlyArray<TreeNodeSpec>): TreeSpec => {
  const taken = new Map<string, TreeNodeSpec["type"]>()
  return specs.filter(({ path, type }) => {
    const parents = path.split("/").slice(1, -1).map((_, i, parts) => `/${parts.slice(0, i + 1).join("/")}`)
    if (taken.has(path) || parents.some((parent) => (taken.get(parent) ?? "dir") !== "dir")) return false
    for (const parent of parents) taken.set(parent, "dir")
    taken.set(path, type)
    return true
  })
}

export const tree: FastCheck.Arbitrary<TreeSpec> = FastCheck.array(spec, { minLength: 3, maxLength: 14 }).map(
  consistent
)
