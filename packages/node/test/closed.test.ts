/** What still works after a root is closed, and what does not. */
import { closedRoots } from "@procfsroot/testkit/closedRoots"
import { rootWays } from "@procfsroot/testkit/ways"
import { disk } from "./edition/edition.js"

closedRoots(disk, rootWays(disk))
