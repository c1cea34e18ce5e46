/** What remains on the disk when the system crashes after operations with promises. */
import { crashRules } from "@procfsroot/testkit/crashRules"
import { memory } from "./edition/edition.js"

crashRules(memory)
