/** Runs the table of cases in every way in which a root with promises can resolve a path. */
import { conformance, conformanceOfWays, rootInMemory } from "@procfsroot/testkit/conformance"
import { rootWays } from "@procfsroot/testkit/ways"
import { disk, memory } from "./edition/edition.js"

conformance("the table of cases, in memory", rootInMemory(memory))
conformanceOfWays("the table of cases", rootWays(disk))
