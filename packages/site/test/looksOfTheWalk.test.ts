/** Tests how the page of the walk looks: no serious accessibility faults, and the same pictures as before. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { without } from "@procfsroot/testkit/judges"
import axe, { type AxeResults } from "axe-core"
import pixelmatch from "pixelmatch"
import type { Page } from "playwright-core"
import { PNG } from "pngjs"
import { describe, expect, it } from "vitest"
import { launchChromium, whileServed } from "./browsers.js"

/** Every state of the page that looks different. */
const states: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "links to links": () => Promise.resolve(),
  "a loop": async (page) => {
    await page.getByRole("button", { name: "A loop", exact: true }).click()
    await page.getByRole("button", { name: "Last step" }).click()
  },
  "kept inside": async (page) => {
    await page.getByRole("button", { name: "Out of the root?" }).click()
    await page.getByRole("button", { name: "Next step" }).click()
  },
  "links forbidden": async (page) => {
    await page.getByRole("button", { name: "Links forbidden" }).click()
    await page.getByText("Policy", { exact: true }).click()
  },
  "a wrong tree": async (page) => {
    await page.getByRole("button", { name: "Edit as text" }).click()
    await page.getByLabel("Tree, one entry per line").fill("/a\n/a")
    await page.getByLabel("Path", { exact: true }).fill("\\")
  },
  "the cases": async (page) => {
    await page.getByText("Cases of the conformance table").click()
    await page.getByLabel("Case", { exact: true }).waitFor()
  }
}

const schemes = ["light", "dark"] as const

/** The pictures that are kept. These few show everything. */
const pictures = [["links to links", "light", 1000], ["a loop", "dark", 1000], ["kept inside", "light", 390]] as const

/** Other machines have other fonts, so pictures are only compared on request. */
const compared = process.env["SITE_PICTURES"] === undefined ? [] : pictures

const HEIGHT = 900

/** The height of the menu, which is not compared because it changes with other pages. */
const MENU = 64

const pictureOf = (name: string): string => fileURLToPath(new URL(`pictures/${name}.png`, import.meta.url))

/** Font smoothing differs, even with the same fonts. */
const TOLERANCE = 0.002

const differenceOf = (actual: Buffer, expected: Buffer): number => {
  const [a, b] = [PNG.sync.read(actual), PNG.sync.read(expected)]
  if (a.width !== b.width || a.height !== b.height) return 1
  return pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0.2 }) / (a.width * a.height)
}

describe.skipIf(without("chromium"))("the page of the walk", () => {
  const served = whileServed(launchChromium)

  const opened = async (
    scheme: typeof schemes[number],
    width: number,
    state: string,
    use: (page: Page) => Promise<void>
  ): Promise<void> => {
    const { browser, site } = served()
    const page = await browser.newPage({
      viewport: { width, height: HEIGHT },
      colorScheme: scheme,
      reducedMotion: "reduce"
    })
    await page.goto(`${site.origin}/walk.html`)
    await page.locator(".walk[data-ready]").waitFor()
    await states[state]?.(page)
    await use(page)
    await page.close()
  }

  it.each(schemes.flatMap((scheme) => Object.keys(states).map((state) => [state, scheme] as const)))(
    "has no accessibility fault: %s, %s",
    (state, scheme) =>
      opened(scheme, 1280, state, async (page) => {
        await page.evaluate(axe.source)
        const found = await page.evaluate("axe.run('.walk')") as AxeResults // the type that axe documents
        expect(found.passes.length).toBeGreaterThan(10)
        expect(found.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html) })))
          .toEqual([])
      })
  )

  it.each(Object.keys(states))(
    "fits a narrow screen: %s",
    (state) =>
      opened("light", 320, state, async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      })
  )

  it.each(compared)(
    "looks as before: %s, %s, %d pixels wide",
    (state, scheme, width) =>
      opened(scheme, width, state, async (page) => {
        const file = pictureOf(`${state} ${scheme} ${width}`.replaceAll(" ", "-"))
        await page.evaluate(() => scrollTo(0, 0))
        const clip = { x: 0, y: MENU, width, height: HEIGHT - MENU }
        const taken = await page.screenshot({ animations: "disabled", caret: "hide", clip })
        if (process.env["SITE_PICTURES"] === "update" || !existsSync(file)) writeFileSync(file, taken)
        expect(differenceOf(taken, readFileSync(file))).toBeLessThan(TOLERANCE)
      })
  )
})
