/** The table of cases that every backend must answer. The suites in `cases.json` are named after their sources. */
import { readFileSync } from "node:fs"
import type { Suite } from "./case.js"

export { asked, type Case, optionsOf, type Suite } from "./case.js"

export const suites: ReadonlyArray<Suite> =
  (JSON.parse(readFileSync(new URL("../cases.json", import.meta.url), "utf8")) as { suites: Array<Suite> }).suites
