/** Operations fail with EBADF after their root was closed. */
import { closedRoots } from "@procfsroot/testkit/closedRoots"
import { rootWays } from "@procfsroot/testkit/ways"
import { node } from "./edition/edition.js"

closedRoots(node, rootWays(node))
