/** Another process renames directories and exchanges them with links while the promises are used. */
import { races, racesAroundMounts, racesBeneath } from "@procfsroot/testkit/races"
import { disk } from "./edition/edition.js"

races(disk)

racesBeneath(disk)

racesAroundMounts(disk)
