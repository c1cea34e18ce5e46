/** Operations that are left out of the sequences, each with its reason. Keep this list short. */
import { normalize } from "node:path"
import type { Operation, OperationAnswer } from "./model.js"

interface Decision {
  readonly reason: string
  readonly applies: (operation: Operation, oracle: OperationAnswer) => boolean
}

const isBelow = (path: string, directory: string): boolean =>
  normalize(path).startsWith(`${normalize(directory).replace(/\/$/, "")}/`)

const decisions: ReadonlyArray<Decision> = [
  {
    reason: "the oracle would wait for ever, or does not have that file open",
    applies: (_, oracle) => "skipped" in oracle
  },
  {
    reason: "if there are several errors within a tree, which one comes first depends on the order of the entries",
    applies: (operation, oracle) =>
      operation.method === "copy" && "error" in oracle && oracle.error.at !== undefined &&
      operation.args.slice(0, 2).some((path) => isBelow(oracle.error.at ?? "", String(path))) &&
      !operation.args.includes(oracle.error.at)
  }
]

/** Whether an operation is left out, given the answer of the oracle. */
export const decided = (operation: Operation, oracle: OperationAnswer): boolean =>
  decisions.some(({ applies }) => applies(operation, oracle))

/** Whether an operation makes many changes, one after the other, and can fail between any two of them. */
export const isLong = ({ args, method }: Operation): boolean =>
  method === "copy" || (method === "remove" && args[1]?.recursive === true)
