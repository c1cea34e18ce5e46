/** The table of cases, by every way in which a `NodeRoot` can be asked. */
import { conformanceOfWays } from "@procfsroot/testkit/conformance"
import { ways } from "./strategies.js"

conformanceOfWays("the table of cases", ways)
