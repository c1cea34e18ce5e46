/** Faults as data, the list of operations, and what watchers are told. */
import { crashRules } from "@procfsroot/testkit/crashRules"
import { faultRules } from "@procfsroot/testkit/faultRules"
import { faults } from "@procfsroot/testkit/faults"
import { portable } from "./edition/edition.js"

faults(portable)
faultRules(portable)
crashRules(portable)
