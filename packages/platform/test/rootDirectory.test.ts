/** The operations of `RootDirectory`, in memory. */
import { rootDirectory } from "@procfsroot/testkit/rootDirectory"
import { edition } from "./edition.js"

rootDirectory(edition)
