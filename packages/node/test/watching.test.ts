/** Watch events in memory are the same as those of inotify, in listed cases and in random ones. */
import { watching, watchingAtRandom } from "@procfsroot/testkit/watching"
import { disk, memory } from "./edition/edition.js"

const watched = { name: memory.name, memory: memory.memory, node: disk.node }

watching(watched)
watchingAtRandom(watched)
