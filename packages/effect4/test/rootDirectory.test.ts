/** The operations of `RootDirectory`, in memory and on a disk. */
import { rootDirectory } from "@procfsroot/testkit/rootDirectory"
import { node, portable } from "./edition/edition.js"

rootDirectory({ ...node, memory: portable.memory }, { adapter: true })
