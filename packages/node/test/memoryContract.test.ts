/** The contract of a `FileSystem`, asked of the promises in memory; the judge is Node in a real chroot. */
import { contract, inMemory } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { memory } from "./edition/edition.js"

describe("promises", () => {
  contract(inMemory("in memory", memory))
})
