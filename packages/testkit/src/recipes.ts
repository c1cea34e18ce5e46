/** The recipes of docs/testing.md. The tests of each edition run them in the test runner for which they are written. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe } from "vitest"
import { evaluate, type Example, inDocument } from "./documentation.js"

const file = "docs/testing.md"

const text = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8")

/** The names of the editions on the page, each with the test runner that its recipes import. */
const runners = { "Effect 3": "@effect/vitest", "Effect 4": "vitest", "Promises": "node:test" } as const

export type RecipeEdition = keyof typeof runners

export interface Recipe extends Example {
  readonly title: string
  /** The summary of the tab. */
  readonly summary: string
}

/** The group that `pattern` captures, in the last line before `line` that matches. */
const lastBefore = (line: number, pattern: RegExp): string =>
  text.split("\n").slice(0, line).map((line) => pattern.exec(line)?.[1]).findLast((found) => found !== undefined) ?? ""

/**
 * The recipes of an edition: all examples of the page that import its test runner, whether or not they are numbered.
 */
export const recipesFor = (edition: RecipeEdition): ReadonlyArray<Recipe> =>
  inDocument(file, text)
    .filter(({ code }) => code.includes(` from "${runners[edition]}"`))
    .map((example) => ({
      ...example,
      title: lastBefore(example.line, /^## (.*)/),
      summary: lastBefore(example.line, /^<summary>([\w ]*)/)
    }))

/** Defines the tests of an edition's recipes. `load` imports modules from the test file. */
export const defineRecipes = (edition: RecipeEdition, load: (specifier: string) => Promise<unknown>): void => {
  for (const recipe of recipesFor(edition)) {
    describe(`${recipe.title} (${recipe.file}:${recipe.line})`, async () => {
      await evaluate(recipe.code, load)
    })
  }
}
