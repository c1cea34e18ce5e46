/** Formats operations as text, and compares them with those that a test expects. */
import type { Expected, Operation } from "../../MemoryJournal.js"
import { quote } from "../messages.js"

const bytes = (count: number, done: string): string => `${count} ${count === 1 ? "byte" : "bytes"} ${done}`

const endOf = ({ code, outcome, read, written }: Expected): string =>
  [
    code ?? outcome,
    ...(read === undefined ? [] : [bytes(read, "read")]),
    ...(written === undefined ? [] : [bytes(written, "written")])
  ].filter((part) => part !== undefined).join(", ")

/** Formats one operation. Missing fields are not shown. */
const lineOf = (operation: Expected): string => {
  const { fiber, method = "any method", path, root, to } = operation
  const words = [
    ...(fiber === undefined ? [] : [`#${fiber}`]),
    method,
    ...(path === undefined ? [] : [quote(path)]),
    ...(to === undefined ? [] : ["->", quote(to)]),
    ...(root === undefined ? [] : ["in", quote(root)])
  ]
  const end = endOf(operation)
  return end === "" ? words.join(" ") : `${words.join(" ")}: ${end}`
}

/** @internal */
export const format = (operations: ReadonlyArray<Operation>): string => operations.map(lineOf).join("\n")

const isAsExpected = (operation: Operation, expected: Expected): boolean =>
  Object.entries(expected).every(([field, value]) => operation[field as keyof Operation] === value) // a field of both

/**
 * Returns the lengths of the longest common subsequences of the remaining parts of both lists, for each pair of starts.
 */
const commonLengths = (
  operations: ReadonlyArray<Operation>,
  expected: ReadonlyArray<Expected>
): Array<Array<number>> => {
  const lengths = Array.from({ length: operations.length + 1 }, () => Array<number>(expected.length + 1).fill(0))
  const at = (i: number, k: number): number => lengths[i]?.[k] ?? 0
  for (const [i, operation] of [...operations.entries()].toReversed()) {
    for (const [k, wanted] of [...expected.entries()].toReversed()) {
      const length = isAsExpected(operation, wanted) ? at(i + 1, k + 1) + 1 : Math.max(at(i + 1, k), at(i, k + 1))
      lengths[i]?.splice(k, 1, length)
    }
  }
  return lengths
}

/** Starts each line with `-` if it was expected, `+` if it happened, and a space if both. */
const difference = (operations: ReadonlyArray<Operation>, expected: ReadonlyArray<Expected>): string => {
  const lengths = commonLengths(operations, expected)
  const lines: Array<string> = []
  let [i, k] = [0, 0]
  for (;;) {
    const [operation, wanted] = [operations[i], expected[k]]
    if (operation === undefined && wanted === undefined) return lines.join("\n")
    if (operation !== undefined && wanted !== undefined && isAsExpected(operation, wanted)) {
      lines.push(`  ${lineOf(operation)}`)
      i++
      k++
    } else if (wanted !== undefined && (lengths[i]?.[k + 1] ?? 0) >= (lengths[i + 1]?.[k] ?? 0)) {
      lines.push(`- ${lineOf(wanted)}`)
      k++
    } else if (operation !== undefined) {
      lines.push(`+ ${lineOf(operation)}`)
      i++
    }
  }
}

/** @internal */
export const check = (operations: ReadonlyArray<Operation>, expected: ReadonlyArray<Expected>): void => {
  const isSame = operations.length === expected.length &&
    operations.every((operation, i) => isAsExpected(operation, expected[i] ?? {}))
  if (isSame) return
  throw new Error(`the operations differ (- expected, + actual):\n${difference(operations, expected)}`)
}
