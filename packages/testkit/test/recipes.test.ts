import { editions, recipes } from "@procfsroot/testkit/recipes"
import { describe, expect, it } from "vitest"

/** What shows that a block is for an edition and its test runner. */
const imports = {
  "Effect 3": "from \"@effect/vitest\"",
  "Effect 4": "from \"vitest\"",
  "Promises": "from \"node:test\""
}

describe("docs/testing.md", () => {
  it("has twelve recipes, each for every edition and its test runner", () => {
    const titles = [...new Set(recipes.map(({ title }) => title))]
    expect(titles.map((title) => title.replace(/ .*/, ""))).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}.`))
    expect(recipes.map(({ title, edition }) => `${title}: ${edition}`)).toEqual(
      titles.flatMap((title) => editions.map((edition) => `${title}: ${edition}`))
    )
    const complaints = recipes.filter(({ code, edition }) =>
      editions.some((other) => code.includes(imports[other]) !== (other === edition))
    )
    expect(complaints.map(({ file, line }) => `${file}:${line}`)).toEqual([])
  })
})
