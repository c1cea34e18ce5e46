/** What a root can do beyond a `FileSystem`, in memory. */
import { rootDirectory } from "@procfsroot/testkit/rootDirectory"
import { edition } from "./edition.js"

rootDirectory(edition)
