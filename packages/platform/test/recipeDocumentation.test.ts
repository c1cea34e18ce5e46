/** The page about testing shows the recipe that is tested, and no other. */
import { describe, expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

describe("docs/testing.md", () => {
  it("has the whole recipe in its pieces of code", () => {
    const pieces = [...read("../../../docs/testing.md").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
    expect(pieces.join("\n")).toBe(read("./recipe.test.ts"))
  })
})
