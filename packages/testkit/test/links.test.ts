/** Checks that links between the documents lead to files and headings that exist. */
import { existsSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { describe, expect, it } from "vitest"
import { documents, repository } from "./repository.js"

const withoutCode = (text: string): string => text.replace(/^(\s*)(`{3,})[^]*?^\1\2$/gm, "")

/** The anchors that GitHub creates for the headings. If two have the same name, the second one gets a number. */
const anchorsIn = (text: string): ReadonlySet<string> => {
  const anchors = new Set<string>()
  for (const [, heading = ""] of withoutCode(text).matchAll(/^#+ (.*)$/gm)) {
    const anchor = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-")
    let unique = anchor
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`
    anchors.add(unique)
  }
  return anchors
}

const broken = (file: string, text: string): ReadonlyArray<string> =>
  Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = "", anchor] = target.split("#")
      const other = path === "" ? file : posix.join(posix.dirname(file), path)
      if (other !== file && !existsSync(repository + other)) return true
      if (anchor === undefined) return false
      return !anchorsIn(other === file ? text : readFileSync(repository + other, "utf8")).has(anchor)
    })
    .map((target) => `${file}: ${target}`)

describe("a link in the documents", () => {
  it("leads to a file and a heading that exist", () => {
    expect(documents.length).toBeGreaterThan(20)
    expect(documents.flatMap((file) => broken(file, readFileSync(repository + file, "utf8")))).toEqual([])
  })

  it("is reported if it leads nowhere", () => {
    const text = "# A title: `code`\n## Same\n## Same\n[a](none.md) [b](#a-title-code) [c](#same-1) [d](#same-2)\n" +
      "[e](errors.md) [f](errors.md#none) [g](https://example.com/none)\n```sh\n# no heading\n```\n[h](#no-heading)\n"
    expect(broken("docs/new.md", text)).toEqual(
      ["none.md", "#same-2", "errors.md#none", "#no-heading"].map((target) => `docs/new.md: ${target}`)
    )
  })
})
