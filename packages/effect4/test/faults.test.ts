/** Faults, the journal of operations, and the events of watchers. */
import { crashRules } from "@procfsroot/testkit/crashRules"
import { faultRules } from "@procfsroot/testkit/faultRules"
import { faults } from "@procfsroot/testkit/faults"
import { portable } from "./edition/edition.js"

faults(portable)
faultRules(portable)
crashRules(portable)
