import { describe, expect, it } from "vitest"
import { compare } from "../src/compare.js"
import { names } from "../src/contestants.js"
import { html } from "../src/html.js"
import { plot } from "../src/plot.js"
import { report } from "../src/report.js"
import { reached } from "../src/targets.js"
import { run } from "./runs.js"

/** The rest of a picture without its elements. It is empty if every tag and attribute is well formed. */
const leftOver = (svg: string): string =>
  svg.replaceAll(/<style\b[^>]*>.*?<\/style>/gs, "")
    .replaceAll(/<\/?[a-z]+(?:\s+[\w:-]+="[^"<]*")*\s*\/?>/gi, "")
    .replaceAll(/[^<>&]|&(?:amp|lt|gt|quot|#\d+);/g, "")

const picturesOf = (page: string): ReadonlyArray<string> => page.match(/<svg\b.*?<\/svg>/gs) ?? []

describe("the report", () => {
  it("contains medians and ratios as text", () => {
    expect(report(run())).toMatch(/^ours: resolve, kernel +3\.00 +0\.50 +6\.00 +4\.00$/m)
  })

  it("names the machine and the versions", () => {
    expect(report(run())).toMatch(
      /^2 × A & B, 24 GB; Linux 6\.18\.0-test.*\nnode v20\.20\.0, koffi 3\.3\.4\n2026-01-02/
    )
  })

  it("is a page that loads nothing and runs no scripts", () => {
    const page = html(run(), undefined)
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|@import|url\((?!#)/)
  })

  it("contains a plot of each table, with the spread", () => {
    const pictures = picturesOf(html(run(), undefined))
    expect(pictures.map(leftOver)).toEqual(["", "", ""])
    // One thick line for the quartiles of each value: those of the kernel and of realpath in two lists.
    expect(pictures[0]?.match(/stroke-width="3"/g)).toHaveLength(4)
  })

  it("shows the quartiles in its tables, and escapes names and notes", () => {
    const page = html(run(), undefined)
    expect(page).toContain("<td>3.00 · <b>0.50</b><small>2.97–3.03</small></td>")
    expect(page).toContain("2 × A &amp; B")
    expect(page).toContain("µs &lt;a path&gt;")
  })

  it("contains the comparison", () => {
    expect(html(run(), compare(run(), run({ resolve: 6 }), 0.1))).toMatch(/worse +Lists, a: .*\+100 %/)
  })

  it("draws a picture of the lists and of the growth", () => {
    const picture = plot(run())
    expect(leftOver(picture)).toBe("")
    expect(picture).toContain("components in the path")
    expect(picture).toContain(">fs.realpathSync<")
  })
})

describe("targets", () => {
  it("are only checked if they were measured", () => {
    const what = `Lists, a: ${names.kernel} ÷ ${names.floor}`
    const judged = reached(run({ resolve: 2.9 }).tables)
    expect(judged.find((target) => target.what === what)).toMatchObject({ wanted: 0.5, ok: true })
    expect(reached(run({ resolve: 3.3 }).tables).find((target) => target.what === what)).toMatchObject({ ok: false })
    expect(judged.map(({ what }) => what)).toContain(`${names.kernel}: depth 256 ÷ depth 64`)
    expect(judged.some(({ what }) => what.includes("Effect 4"))).toBe(false)
  })
})
