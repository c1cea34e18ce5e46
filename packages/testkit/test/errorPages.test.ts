/**
 * Checks that every error has a page with an example that fails with it and shows its message.
 * `examples.test.ts` runs the examples.
 */
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { claimsOf, examplesIn } from "./extract.js"
import { repository } from "./repository.js"

const sourcesOf = (name: string): ReadonlyArray<string> =>
  readdirSync(`${repository}packages/${name}/src`, { encoding: "utf8", recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`${repository}packages/${name}/src/${file}`, "utf8"))

/** Codes of Node's that are converted, and never thrown. */
const notThrown = ["ERR_ACCESS_DENIED", "ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", "ERR_WORKER_INIT_FAILED"]

const tags = sourcesOf("platform").flatMap((text) =>
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

  it("explains the codes that only Node has", () => {
    const codes = ["vfs", "node"].flatMap((name) => sourcesOf(name)).join("").match(/ERR_[A-Z_]+[A-Z]\b/g) ?? []
    expect(codes).toContain("ERR_FS_EISDIR")
    const index = readFileSync(`${repository}docs/errors.md`, "utf8")
    const thrown = new Set(codes)
    expect([...thrown].filter((code) => !index.includes(`\`${code}\``)).toSorted()).toEqual(notThrown)
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
