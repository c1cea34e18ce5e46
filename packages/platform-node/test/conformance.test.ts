/** Runs the table of cases in every way in which a `NodeRoot` can resolve a path. */
import { conformanceOfWays } from "@procfsroot/testkit/conformance"
import { ways } from "./strategies.js"

conformanceOfWays("the table of cases", ways)
