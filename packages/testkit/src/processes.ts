/** Processes in memory beside real ones: what a program learns of them, from procfs and through their roots, is the same. */
import { besideReal } from "./processes/besideReal.js"
import { inMemory } from "./processes/inMemory.js"
import type { ProcessEdition } from "./processes/machine.js"

export type { PlainMachine } from "./processes/machine.js"

export const processes = (edition: ProcessEdition): void => {
  inMemory(edition)
  besideReal(edition)
}
