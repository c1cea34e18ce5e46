/** Watch events in memory are those of inotify, in every case that is written down and in random ones. */
import { watching, watchingAtRandom } from "@procfsroot/testkit/watching"
import { disk, memory } from "./edition/edition.js"

const watched = { name: memory.name, memory: memory.memory, node: disk.node }

watching(watched)
watchingAtRandom(watched)
