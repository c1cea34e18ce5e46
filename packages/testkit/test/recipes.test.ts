import { type RecipeEdition, recipesFor } from "@procfsroot/testkit/recipes"
import { describe, expect, it } from "vitest"

describe("docs/testing.md", () => {
  it.each<RecipeEdition>(["Effect 3", "Effect 4", "Promises"])("has twelve recipes for %s", (edition) => {
    const recipes = recipesFor(edition).filter(({ title }) => /^\d/.test(title))
    const expected = Array.from({ length: 12 }, (_, index) => `${index + 1}. ${edition}`)
    expect(recipes.map(({ summary, title }) => title.replace(/ .*/, ` ${summary}`))).toEqual(expected)
  })
})
