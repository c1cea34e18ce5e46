/** The operations of a root that `fs.promises` does not have, in memory and on a disk, as in the other editions. */
import { rootDirectory } from "@procfsroot/testkit/rootDirectory"
import { disk, memory } from "./edition/edition.js"

rootDirectory({ ...disk, memory: memory.memory })
