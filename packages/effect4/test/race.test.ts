/** Somebody renames directories and exchanges them with links while the file system is used. */
import { races, racesBeneath } from "@procfsroot/testkit/races"
import { node, portable } from "./edition/edition.js"

races({ ...node, rootFileSystem: portable.rootFileSystem })

racesBeneath(node)
