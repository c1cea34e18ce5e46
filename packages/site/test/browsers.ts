/** Real browsers that open the built site. */
import { existsSync } from "node:fs"
import { chromiumPath, type Judge, judge } from "@procfsroot/testkit/judges"
import { type Browser, chromium, firefox } from "playwright-core"

/** Without what a browser does for its user only. The sandbox does not work for root. */
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

/** Playwright needs a Firefox of its own, which it installs where it finds it again. */
const firefoxPath = process.env["FIREFOX_PATH"] ?? firefox.executablePath()

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
