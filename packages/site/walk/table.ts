/** The conformance table, which is only loaded when the user opens its list. */
import type { Suite } from "@procfsroot/testkit/case"
import table from "../../testkit/cases.json" with { type: "json" }

export const suites = (table as { readonly suites: ReadonlyArray<Suite> }).suites // the tests check the same file
