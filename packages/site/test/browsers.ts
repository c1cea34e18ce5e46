/** Starts real browsers that open the built site. */
import { existsSync } from "node:fs"
import { chromiumPath, type Judge, judge } from "@procfsroot/testkit/judges"
import { type Browser, chromium, firefox } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { serve } from "./dist.js"

/** Switches off features that only a user needs. The sandbox does not work as root. */
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: chromiumPath() ?? "", args })

/** Playwright needs its own build of Firefox, which it installs at this path. */
const firefoxPath = process.env["FIREFOX_PATH"] ?? firefox.executablePath()

/** Starts a browser and a server of the built site while the tests of a suite run. */
export const whileServed = (launch: () => Promise<Browser>) => {
  let opened: { readonly browser: Browser; readonly site: Awaited<ReturnType<typeof serve>> } | undefined
  beforeAll(async () => {
    opened = { site: await serve(), browser: await launch() }
  })
  afterAll(async () => {
    await opened?.browser.close()
    opened?.site.close()
  })
  return (): NonNullable<typeof opened> => {
    if (opened === undefined) throw new Error("the browser only runs while tests run")
    return opened
  }
}

interface Candidate {
  readonly name: string
  readonly needed: "chromium" | Judge
  readonly launch: () => Promise<Browser>
}

export const browsers: ReadonlyArray<Candidate> = [
  { name: "Chromium", needed: "chromium", launch: launchChromium },
  {
    name: "Firefox",
    needed: judge(
      () => existsSync(firefoxPath) ? undefined : `Playwright's Firefox is not installed: there is no ${firefoxPath}`,
      false,
      "REQUIRE_FIREFOX"
    ),
    launch: () => firefox.launch({ executablePath: firefoxPath })
  }
]
