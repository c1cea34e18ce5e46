/** The table of cases over a real file system, through the portable layer. */
import { conformance, rootOnDisk } from "@procfsroot/testkit/conformance"
import { edition } from "./edition.js"

conformance("the table of cases, through any FileSystem", rootOnDisk(edition.rootFileSystem))
