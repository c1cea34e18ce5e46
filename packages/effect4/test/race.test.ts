/** File systems are used while another process renames directories and exchanges them with links. */
import { races, racesBeneath } from "@procfsroot/testkit/races"
import { node, portable } from "./edition/edition.js"

races({ ...node, rootFileSystem: portable.rootFileSystem }, { adapter: true })

racesBeneath(node, { adapter: true })
