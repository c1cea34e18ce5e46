/** Tests that consecutive code for each edition is shown as tabs. */
import { createMarkdownRenderer } from "vitepress"
import { expect, it } from "vitest"
import { editionTabs } from "../src/editionTabs.js"
import { repository } from "../src/repository.js"
import { textOf } from "./dist.js"

const markdown = await createMarkdownRenderer(repository, { config: editionTabs })

const details = (title: string, text: string): string =>
  `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>`

it("turns details of editions into tabs, and does not change others", () => {
  const text = ["before", details("Effect 3", "`a`") + "\n" + details("Promises", "`b`"), "after", details("More", "c")]
  expect(markdown.render(text.join("\n\n")).replaceAll("\n", "")).toBe(
    "<p>before</p><EditionTabs :titles='[\"Effect 3\",\"Promises\"]'><template #tab0><p><code>a</code></p>" +
      "</template><template #tab1><p><code>b</code></p></template></EditionTabs><p>after</p>" +
      "<details><summary>More</summary><p>c</p></details>"
  )
})

it("contains all editions, and shows the first until another is chosen", () => {
  const html = textOf("/start.html")
  expect(html).toMatch(/role="tab"[^>]*aria-selected="true"[^>]*>Effect 3</)
  expect(html).toMatch(/role="tab"[^>]*aria-selected="false"[^>]*>Effect 4</)
  expect(html).toContain("role=\"tabpanel\"")
  expect(html).not.toContain("<details open>")
})
