/** Runs the table of cases through the root of `MemoryFileSystem`. */
import { conformance, rootInMemory } from "@procfsroot/testkit/conformance"
import { edition } from "./edition.js"

conformance("the table of cases, in memory", rootInMemory(edition))
