/** Tests processes in memory: a program learns the same about them from procfs and their roots as about real ones. */
import { besideReal } from "./processes/besideReal.js"
import { inMemory } from "./processes/inMemory.js"
import type { ProcessEdition } from "./processes/machine.js"

export type { PlainMachine } from "./processes/machine.js"

export const processes = (edition: ProcessEdition): void => {
  inMemory(edition)
  besideReal(edition)
}
