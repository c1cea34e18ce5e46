/** What a crash leaves of the operations with promises. */
import { crashRules } from "@procfsroot/testkit/crashRules"
import { memory } from "./edition/edition.js"

crashRules(memory)
