/** A question has one answer, in memory as on a disk. */
import { answers } from "@procfsroot/testkit/answers"
import { edition } from "./edition.js"

answers(edition)
