/** The recipes of docs/testing.md, which the tests of each edition run in the test runner that they are written for. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe } from "vitest"
import { evaluate, type Example, inDocument } from "./documentation.js"

const file = "docs/testing.md"

const text = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8")

/** The editions by the summaries of their blocks, in the order in which each recipe has them. */
export const editions = ["Effect 3", "Effect 4", "Promises"] as const

export type RecipeEdition = (typeof editions)[number]

export interface Recipe extends Example {
  readonly title: string
  readonly edition: string
}

/** What follows `pattern` on the last line before `line` that has it. */
const lastBefore = (line: number, pattern: RegExp): string =>
  text.split("\n").slice(0, line).map((line) => pattern.exec(line)?.[1]).findLast((found) => found !== undefined) ?? ""

/** Recipes are the sections that have a number. */
export const recipes: ReadonlyArray<Recipe> = inDocument(file, text).map((example) => ({
  ...example,
  title: lastBefore(example.line, /^## (.*)/),
  edition: lastBefore(example.line, /^<summary>([\w ]*)/)
})).filter(({ title }) => /^\d+\. /.test(title))

/** Defines the tests of an edition's recipes, in a test file that imports what they import. */
export const defineRecipes = (edition: RecipeEdition, load: (specifier: string) => Promise<unknown>): void => {
  for (const recipe of recipes.filter((recipe) => recipe.edition === edition)) {
    describe(`${recipe.title} (${recipe.file}:${recipe.line})`, async () => {
      await evaluate(recipe.code, load)
    })
  }
}
