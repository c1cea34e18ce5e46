/** What a root can do beyond a `FileSystem`, on a disk. */
import { rootDirectory } from "@procfsroot/testkit/rootDirectory"
import { edition } from "./edition.js"

rootDirectory(edition)
