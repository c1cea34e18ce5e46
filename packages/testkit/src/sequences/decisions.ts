/** Operations that the judge of sequences does not ask, each with its reason: the list is to stay short. */
import type { Operation, Told } from "./model.js"

interface Decision {
  readonly reason: string
  readonly applies: (operation: Operation, oracle: Told) => boolean
}

const decisions: ReadonlyArray<Decision> = [
  {
    reason: "the oracle would wait for ever, or has no such file open",
    applies: (_, oracle) => "skipped" in oracle
  }
]

/** Whether an operation is left out, given what the oracle makes of it. */
export const decided = (operation: Operation, oracle: Told): boolean =>
  decisions.some(({ applies }) => applies(operation, oracle))

/** Methods that do many things, one after the other, and may fail between any two of them. */
export const isLong = ({ args, method }: Operation): boolean =>
  method === "copy" || method === "copyFile" || (method === "remove" && args[1]?.recursive === true)
