/** `protected` in memory forbids what the kernel forbids with the same settings. */
import { protectedAnswers } from "@procfsroot/testkit/answers"
import { edition } from "./edition.js"

protectedAnswers(edition)
