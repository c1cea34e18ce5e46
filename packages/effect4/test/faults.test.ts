/** Faults as data, the list of operations, and what watchers are told. */
import { faults } from "@procfsroot/testkit/faults"
import { portable } from "./edition/edition.js"

faults(portable)
