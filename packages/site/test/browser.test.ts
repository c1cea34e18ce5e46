/**
 * Tests the site in a browser: accessibility by the rules of axe, dark and light mode, offline use, search and tabs.
 */
import { without } from "@procfsroot/testkit/judges"
import axe from "axe-core"
import type { Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { launchChromium, whileServed } from "./browsers.js"
import { pages as everyPage } from "./dist.js"

/** One page of each kind, or with `SITE_PAGES=all` every page, which takes several minutes. */
const pages = process.env["SITE_PAGES"] === "all"
  ? everyPage
  : ["/", "/404.html", "/start.html", "/security.html", "/reference/", "/reference/platform/Root.html"]

describe.skipIf(without("chromium"))("in a browser", () => {
  const served = whileServed(launchChromium)

  const open = async (path: string, colorScheme: "dark" | "light", width = 1280): Promise<Page> => {
    const { browser, site } = served()
    const page = await browser.newPage({ colorScheme, reducedMotion: "reduce", viewport: { width, height: 900 } })
    await page.goto(site.origin + path)
    // When the app is mounted, the script of the theme has run.
    await page.waitForFunction("document.querySelector('#app')?.__vue_app__ !== undefined")
    return page
  }

  /** The serious and critical violations of rules, each with the elements that cause it. */
  const faultsOf = async (page: Page): Promise<ReadonlyArray<string>> => {
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate("axe.run()") as axe.AxeResults // axe.run returns this type
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
  }

  for (const scheme of ["dark", "light"] as const) {
    it.each(pages)(`%s has no serious accessibility fault in ${scheme} mode`, async (path) => {
      const page = await open(path, scheme)
      expect(await page.evaluate("document.documentElement.classList.contains('dark')")).toBe(scheme === "dark")
      expect(await faultsOf(page)).toEqual([])
      await page.close()
    })
  }

  it("finds an accessibility fault", async () => {
    const page = await open("/start.html", "light")
    await page.evaluate("document.querySelector('h1').innerHTML = '<span style=\"color: #ccc\">pale</span>'")
    expect(await faultsOf(page)).toEqual([expect.stringMatching(/^color-contrast: /)])
    await page.close()
  })

  it.each(["/", "/start.html", "/reference/platform/Root.html"])("%s fits a narrow window", async (path) => {
    const page = await open(path, "light", 360)
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360)
    await page.close()
  })

  it("searches without contacting another server", async () => {
    const { browser, site } = served()
    const page = await browser.newPage()
    const elsewhere: Array<string> = []
    page.on("request", (request) => {
      if (!request.url().startsWith(site.origin) && !request.url().startsWith("data:")) elsewhere.push(request.url())
    })
    await page.goto(`${site.origin}/`)
    await page.getByRole("button", { name: "Search" }).first().click()
    await page.getByRole("searchbox").fill("writeFileAtomic")
    await page.locator("#localsearch-list a[href*='/reference/']").first().waitFor()
    expect(elsewhere).toEqual([])
    await page.close()
  })

  it("keeps the edition that was chosen with the keyboard", async () => {
    const page = await open("/start.html", "light")
    const tab = (name: string) => page.getByRole("tab", { name }).first()
    await tab("Effect 3").press("ArrowRight")
    expect(await tab("Effect 4").getAttribute("aria-selected")).toBe("true")
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Effect 4")
    await page.goto(`${served().site.origin}/concepts/process-roots.html`)
    await page.locator("[role=tab][aria-selected=true]", { hasText: "Effect 4" }).waitFor()
    expect(await page.getByRole("tabpanel").innerText()).toContain("@procfsroot/effect4/node")
    await page.close()
  })
})
