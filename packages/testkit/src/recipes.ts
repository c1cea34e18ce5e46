/** The recipes of docs/testing.md, which the tests of each edition run in the test runner that they are written for. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe } from "vitest"
import { evaluate, type Example, inDocument } from "./documentation.js"

const file = "docs/testing.md"

const text = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8")

/** The editions as the page calls them, each with the test runner of its recipes, which they import. */
const runners = { "Effect 3": "@effect/vitest", "Effect 4": "vitest", "Promises": "node:test" } as const

export type RecipeEdition = keyof typeof runners

export interface Recipe extends Example {
  readonly title: string
  /** What the page says before the block. */
  readonly summary: string
}

/** What follows `pattern` on the last line before `line` that has it. */
const lastBefore = (line: number, pattern: RegExp): string =>
  text.split("\n").slice(0, line).map((line) => pattern.exec(line)?.[1]).findLast((found) => found !== undefined) ?? ""

/** Those of an edition: all examples of the page that import its test runner, also if they are not numbered. */
export const recipesFor = (edition: RecipeEdition): ReadonlyArray<Recipe> =>
  inDocument(file, text)
    .filter(({ code }) => code.includes(` from "${runners[edition]}"`))
    .map((example) => ({
      ...example,
      title: lastBefore(example.line, /^## (.*)/),
      summary: lastBefore(example.line, /^<summary>([\w ]*)/)
    }))

/** Defines the tests of an edition's recipes, in a test file that imports what they import. */
export const defineRecipes = (edition: RecipeEdition, load: (specifier: string) => Promise<unknown>): void => {
  for (const recipe of recipesFor(edition)) {
    describe(`${recipe.title} (${recipe.file}:${recipe.line})`, async () => {
      await evaluate(recipe.code, load)
    })
  }
}
