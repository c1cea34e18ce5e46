/**
 * Checks that every error has a page with an example that fails with it and shows its message.
 * `examples.test.ts` runs the examples.
 */
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { claimsOf, examplesIn } from "./extract.js"
import { repository } from "./repository.js"

const sources = readdirSync(`${repository}packages/platform/src`, { encoding: "utf8", recursive: true })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`${repository}packages/platform/src/${name}`, "utf8"))

const tags = sources.flatMap((text) =>
  Array.from(text.matchAll(/Data\.TaggedError\("(\w+)"\)/g), ([, tag = ""]) => tag)
)

/** The names of the pages. The errors of Effect's own file system share one. */
const names = [...tags, "PlatformError"].toSorted()

const pageOf = (name: string): string => `docs/errors/${name}.md`

describe("errors", () => {
  it("all have a page that the index links to, and there are no other pages", () => {
    expect(tags.length).toBeGreaterThan(15)
    // The tests of the command check its page.
    const pages = readdirSync(`${repository}docs/errors`).filter((file) => file !== "command.md")
    expect(pages.toSorted()).toEqual(names.map((name) => `${name}.md`))
    const index = readFileSync(`${repository}docs/errors.md`, "utf8")
    expect(names.filter((name) => !index.includes(`(errors/${name}.md)`))).toEqual([])
  })

  it.each(names)("%s: the example fails with it and shows the message", (name) => {
    const [example, ...others] = examplesIn(pageOf(name))
    expect(others).toEqual([])
    const claims = example === undefined ? [] : claimsOf(example).claims.map(({ value }) => value)
    expect(claims).toContain(JSON.stringify(name === "PlatformError" ? "SystemError" : name))
    const message = claims.find((value) => /^['`].*['`]$/.test(value)) ?? "no message"
    const [, code = ""] = /\((E[A-Z]+)\)\.['`]$/.exec(message) ?? []
    const page = readFileSync(repository + pageOf(name), "utf8")
    expect(page).toContain(code === "EIO" ? "any other errno" : code === "" ? message : `| \`${code}\``)
  })
})
