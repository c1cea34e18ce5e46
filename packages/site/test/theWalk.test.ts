/** Tests the page of the walk in real browsers. */
import { Buffer } from "node:buffer"
import { gzipSync } from "node:zlib"
import { type Case, suites } from "@procfsroot/testkit/cases"
import { without } from "@procfsroot/testkit/judges"
import type { Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { stateOf } from "../walk/cases.js"
import { decode, encode } from "../walk/link.js"
import type { State } from "../walk/model.js"
import { write } from "../walk/names.js"
import { browsers, whileServed } from "./browsers.js"
import { archive } from "./archive.js"

/** What the page shows for a case. */
interface Shown {
  readonly answer: string | null | undefined
  readonly location: string | undefined
}

const expectedOf = ({ expect: answer, partial }: Case): Shown => ({
  answer: "ok" in answer ? write(answer.ok) : answer.errno,
  location: partial === undefined || partial.remaining === "" || "ok" in answer
    ? undefined
    : `The walk came as far as ${write(partial.deepest)}. What remains is ${write(partial.remaining)}.`
})

/** Opens each link in the page, and waits until its state is shown. */
const openAll = (page: Page, links: ReadonlyArray<string>): Promise<ReadonlyArray<Shown>> =>
  page.evaluate(async (links) => {
    const shown: Array<{ answer: string | null | undefined; location: string | undefined }> = []
    for (const link of links) {
      location.hash = link
      while (document.querySelector<HTMLElement>(".walk")?.dataset["fragment"] !== link) {
        await new Promise((later) => setTimeout(later, 1))
      }
      shown.push({
        answer: document.querySelector("[data-answer]")?.textContent,
        location: document.querySelector("[data-location]")?.textContent ?? undefined
      })
    }
    return shown
  }, [...links])

const sentence = (page: Page) => page.locator(".walk-sentence")
const answer = (page: Page) => page.locator("[data-answer]")

/** The state in the address, once it has been written. */
const stateIn = async (page: Page, isIt: (state: State) => boolean): Promise<State> => {
  for (let tries = 0; tries < 100; tries++) {
    const state = await decode(new URL(page.url()).hash.slice(1))
    if (state !== undefined && isIt(state)) return state
    await page.waitForTimeout(50)
  }
  throw new Error(`the address does not contain the state: ${page.url()}`)
}

describe.each(browsers)("the walk in $name", ({ launch, needed }) => {
  describe.skipIf(without(needed))("the page", () => {
    const served = whileServed(launch)

    const opened = async (use: (page: Page) => Promise<void>, hash = ""): Promise<void> => {
      const { browser, site } = served()
      const page = await browser.newPage()
      const errors: Array<unknown> = []
      page.on("pageerror", (error) => errors.push(error))
      await page.goto(`${site.origin}/walk.html${hash}`)
      await page.locator(".walk[data-ready]").waitFor()
      await use(page)
      expect(errors).toEqual([])
      await page.close()
    }

    it("shows the expected result of each case in the table", () =>
      opened(async (page) => {
        const all = suites.flatMap((suite) => suite.cases.map((testCase) => ({ suite, testCase })))
        const links = await Promise.all(all.map(({ suite, testCase }) => encode(stateOf(suite, testCase))))
        const shown = await openAll(page, links)
        expect(all.length).toBe(495)
        expect(shown.map(({ answer, location }, i) => ({
          id: all[i]?.testCase.id,
          answer,
          location: all[i]?.testCase.partial === undefined ? undefined : location
        }))).toEqual(all.map(({ testCase }) => ({ id: testCase.id, ...expectedOf(testCase) })))
      }))

    it("offers the cases in a list", () =>
      opened(async (page) => {
        await page.getByText("Cases of the conformance table").click()
        const list = page.getByLabel("Case", { exact: true })
        await list.selectOption({ index: 200 })
        const id = await list.locator("option:checked").textContent()
        const chosen = suites.flatMap(({ cases }) => cases).find((testCase) => id?.startsWith(`${testCase.id}: `))
        expect(await answer(page).textContent()).toBe(chosen && expectedOf(chosen).answer)
      }))

    it("can be stepped through with the keyboard, and announces each step", () =>
      opened(async (page) => {
        await page.getByRole("button", { name: "A loop", exact: true }).focus()
        await page.keyboard.press("Enter")
        expect(await sentence(page).textContent()).toBe("Step 1: The walk starts at the root.")
        expect(await sentence(page).getAttribute("aria-live")).toBe("polite")
        // After the examples and the policy come the buttons: first, previous, next.
        for (let tabs = 0; tabs < 3 + 1 + 3; tabs++) await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        expect(await sentence(page).textContent()).toContain("Step 2: \"loop\" in \"/\" is a directory.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowRight")
        expect(await sentence(page).textContent()).toContain("Step 3: \"a\" in \"/loop\" is a link to \"b\".")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")
        expect(await sentence(page).textContent()).toContain("Step 4: ")
        await page.keyboard.press("End")
        expect(await sentence(page).textContent()).toContain("its links form a loop")
        expect(await page.locator(".walk-step:focus").getAttribute("aria-current")).toBe("step")
        await page.keyboard.press("Home")
        expect(await sentence(page).textContent()).toContain("Step 1: ")
      }))

    it("opens the same state from its link", () =>
      opened(async (page) => {
        await page.getByRole("button", { name: "Edit as text" }).click()
        await page.getByLabel("Tree, one entry per line").fill("/a\\xff/é\n/l -> a\\xff/../a\\xff\n/ -> x")
        await page.locator(".walk-problems").waitFor()
        await page.getByLabel("Tree, one entry per line").fill("/a\\xff/é\n/l -> a\\xff/../a\\xff")
        await page.getByLabel("Path", { exact: true }).fill("/l/nope\\xfe")
        await page.getByText("Policy", { exact: true }).click()
        await page.getByRole("radio", { name: "last the last may be missing" }).check()
        expect(await answer(page).textContent()).toBe("/a\\xff/nope\\xfe")
        await page.getByRole("button", { name: "Previous step" }).click()
        const state = await stateIn(page, ({ policy, step }) => policy.missing === "last" && step === 5)
        expect(state).toMatchObject({ path: "/l/nope\udcfe", policy: { missing: "last" } })
        const said = await sentence(page).textContent()
        await opened(async (other) => {
          await other.locator(`.walk[data-fragment="${new URL(page.url()).hash.slice(1)}"]`).waitFor()
          expect(await answer(other).textContent()).toBe("/a\\xff/nope\\xfe")
          expect(await sentence(other).textContent()).toBe(said)
          expect(await other.getByLabel("Path", { exact: true }).inputValue()).toBe("/l/nope\\xfe")
          expect(await other.locator(".walk-chosen").textContent()).toBe("missing: last")
        }, new URL(page.url()).hash)
      }))

    it.each([["plain", (bytes: Buffer) => bytes], ["compressed", (bytes: Buffer) => gzipSync(bytes)]])(
      "reads a tar archive that is %s",
      (_, packed) =>
        opened(async (page) => {
          const made = archive("pax")
          const open = (name: string, buffer: Buffer) =>
            page.locator("input[type=file]").setInputFiles({ name, mimeType: "application/x-tar", buffer })
          await open("image.tar", packed(made))
          await page.getByText("image.tar: 5 entries, 1 skipped.").waitFor()
          await page.getByLabel("Path", { exact: true }).fill("/link/\\xff")
          expect(await answer(page).textContent()).toBe("/dir/\\xff")
          await open("text.tar", packed(Buffer.from("not an archive")))
          await page.getByText("text.tar cannot be read: it is not a tar archive.").waitFor()
          await open("cut.tar", packed(made.subarray(0, 1024)))
          await page.getByText("cut.tar cannot be read: it is truncated.").waitFor()
        })
    )
  })
})
