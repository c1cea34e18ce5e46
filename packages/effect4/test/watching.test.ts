/** Watch events in memory are the same as those of inotify. */
import { watching } from "@procfsroot/testkit/watching"
import { node, portable } from "./edition/edition.js"

watching({ name: node.name, memory: portable.memory, node: node.node })
