/** What outlives its root. */
import { closedRoots } from "@procfsroot/testkit/closedRoots"
import { rootWays } from "@procfsroot/testkit/ways"
import { node } from "./edition/edition.js"

closedRoots(node, rootWays(node))
