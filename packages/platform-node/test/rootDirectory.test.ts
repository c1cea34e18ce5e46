/** The operations of a root that a `FileSystem` does not have, on a disk. */
import { rootDirectory } from "@procfsroot/testkit/rootDirectory"
import { edition } from "./edition.js"

rootDirectory(edition, { adapter: true })
