import { timersFireOnDisk } from "@procfsroot/testkit/turns"
import { edition } from "./edition.js"

timersFireOnDisk(edition)
