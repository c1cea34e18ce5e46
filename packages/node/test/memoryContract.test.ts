/**
 * Checks the contract of a `FileSystem` for the promises in memory. The results must be those of Node in a real chroot.
 */
import { contract, inMemory } from "@procfsroot/testkit/contract"
import { describe } from "vitest"
import { memory } from "./edition/edition.js"

describe("promises", () => {
  contract(inMemory("in memory", memory))
})
