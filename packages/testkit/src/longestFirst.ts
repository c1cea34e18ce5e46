/**
 * Begins with the test files that take longest: if one of them came last, a core would wait for it. Vitest
 * remembers how long files took, but not in a fresh clone.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { longest, placeOf } from "./testSets.js"

const rankOf = ({ moduleId }: TestSpecification): number => {
  const place = placeOf(moduleId)
  const rank = longest.indexOf(`${place.package}/${place.name}`)
  return rank === -1 ? Number.MAX_SAFE_INTEGER : rank
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not the one of an array
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
