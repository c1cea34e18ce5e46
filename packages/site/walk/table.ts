/** The table of cases, which is loaded when somebody opens its list. */
import type { Suite } from "@procfsroot/testkit/case"
import table from "../../testkit/cases.json" with { type: "json" }

export const suites = (table as { readonly suites: ReadonlyArray<Suite> }).suites // the tests read the same file
