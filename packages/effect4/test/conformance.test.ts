/** Runs the table of cases on every kind of `Root` of this edition. */
import { conformance, conformanceOfWays, rootInMemory, rootOnDisk } from "@procfsroot/testkit/conformance"
import { rootWays } from "@procfsroot/testkit/ways"
import { node, portable } from "./edition/edition.js"

conformance("the table of cases, in memory", rootInMemory(portable))
conformance("the table of cases, over Node's file system", rootOnDisk(portable.rootFileSystem))
conformanceOfWays("the table of cases", rootWays(node))
