/** Operations that the judge of sequences does not ask, each with its reason: the list is to stay short. */
import { normalize } from "node:path"
import type { Operation, Told } from "./model.js"

interface Decision {
  readonly reason: string
  readonly applies: (operation: Operation, oracle: Told) => boolean
}

const isBelow = (path: string, directory: string): boolean =>
  normalize(path).startsWith(`${normalize(directory).replace(/\/$/, "")}/`)

const decisions: ReadonlyArray<Decision> = [
  {
    reason: "the oracle would wait for ever, or has no such file open",
    applies: (_, oracle) => "skipped" in oracle
  },
  {
    reason:
      "which of several faults within a tree is met first is a matter of order; the fault of the tree itself is not",
    applies: (operation, oracle) =>
      operation.method === "copy" && "error" in oracle && oracle.error.at !== undefined &&
      operation.args.slice(0, 2).some((path) => isBelow(oracle.error.at ?? "", String(path))) &&
      !operation.args.includes(oracle.error.at)
  }
]

/** Whether an operation is left out, given what the oracle makes of it. */
export const decided = (operation: Operation, oracle: Told): boolean =>
  decisions.some(({ applies }) => applies(operation, oracle))

/** Methods that do many things, one after the other, and may fail between any two of them. */
export const isLong = ({ args, method }: Operation): boolean =>
  method === "copy" || (method === "remove" && args[1]?.recursive === true)
