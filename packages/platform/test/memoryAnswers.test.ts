/** Operations with unusual arguments have the same results in memory as in Node. */
import { answers } from "@procfsroot/testkit/answers"
import { edition } from "./edition.js"

answers(edition)
