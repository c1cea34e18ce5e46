/** Runs the table of cases through the portable layer over a real file system. */
import { conformance, rootOnDisk } from "@procfsroot/testkit/conformance"
import { edition } from "./edition.js"

conformance("the table of cases, over Node's file system", rootOnDisk(edition.rootFileSystem))
