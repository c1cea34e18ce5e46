/** Runs plans with the oracle and a subject. If the outcomes differ, it makes the plan as short as possible. */
import { isDeepStrictEqual } from "node:util"
import type { FileSpec } from "../contract/model.js"
import { described, difference, lines } from "./compare.js"
import { decided, isLong } from "./decisions.js"
import type { Outcome, Plan, Subject } from "./model.js"

const without = <A>(list: ReadonlyArray<A>, index: number): ReadonlyArray<A> => list.toSpliced(index, 1)

/** Whether a failing operation has changed the tree before it failed. */
const failsHalfway = async (subject: Subject, plan: Plan, index: number): Promise<boolean> => {
  const until = (end: number) => subject.perform({ ...plan, operations: plan.operations.slice(0, end) })
  const [before, after] = [await until(index), await until(index + 1)]
  return !isDeepStrictEqual(lines(before.files), lines(after.files))
}

/**
 * The index of the first failing operation whose changes cannot be compared, or -1. What a copy or removal of a tree
 * has done before it fails depends on the order, and libuv removes an existing destination if the copy of a file fails.
 */
const unordered = async (oracle: Subject, subject: Subject, plan: Plan, { answers }: Outcome): Promise<number> => {
  for (const [i, operation] of plan.operations.entries()) {
    const answer = answers[i]
    if (answer === undefined || !("error" in answer)) continue
    const judges = isLong(operation) ? [oracle, subject] : operation.method === "copyFile" ? [oracle] : []
    for (const judge of judges) if (await failsHalfway(judge, plan, i)) return i
  }
  return -1
}

/** The plan without the operations that are left out, and the outcome of the rest with the oracle. */
const settled = async (oracle: Subject, plan: Plan): Promise<{ readonly plan: Plan; readonly expected: Outcome }> => {
  const expected = await oracle.perform(plan)
  const asked = plan.operations.filter((operation, i) => {
    const answer = expected.answers[i]
    return answer !== undefined && !decided(operation, answer)
  })
  return asked.length === plan.operations.length
    ? { plan, expected }
    : settled(oracle, { ...plan, operations: asked })
}

interface Disagreement {
  readonly plan: Plan
  readonly text: string
}

/** The first difference between the two, if there is one. */
const disagreement = async (oracle: Subject, subject: Subject, asked: Plan): Promise<Disagreement | undefined> => {
  const { expected, plan } = await settled(oracle, asked)
  const text = difference(plan, expected, await subject.perform(plan))
  if (text === undefined) return undefined
  const index = await unordered(oracle, subject, plan, expected)
  return index === -1
    ? { plan, text }
    : disagreement(oracle, subject, { ...plan, operations: without(plan.operations, index) })
}

const hasChildren = (tree: ReadonlyArray<FileSpec>, { path }: FileSpec): boolean =>
  path === "/" || tree.some((other) => other.path.startsWith(`${path}/`) || other.sameAs === path)

/** The same plan with one operation less, or with one file of the tree less. */
function* smaller({ operations, tree }: Plan): Generator<Plan> {
  for (let i = operations.length - 1; i >= 0; i--) yield { tree, operations: without(operations, i) }
  for (let i = tree.length - 1; i > 0; i--) {
    const spec = tree[i]
    if (spec !== undefined && !hasChildren(tree, spec)) yield { operations, tree: without(tree, i) }
  }
}

const shortest = async (
  oracle: Subject,
  subject: Subject,
  found: Disagreement
): Promise<Disagreement> => {
  for (const plan of smaller(found.plan)) {
    const still = await disagreement(oracle, subject, plan)
    if (still !== undefined) return shortest(oracle, subject, still)
  }
  return found
}

const shownFile = ({ content, gid, mode, mtime, path, sameAs, target, type, uid }: FileSpec): string => {
  const what = sameAs !== undefined ? `same as ${sameAs}` : target !== undefined ? `-> ${target}` : mode.toString(8)
  const rest = [content, mtime].filter((value) => value !== undefined).map((value) =>
    JSON.stringify(value).slice(0, 30)
  )
  return `  ${JSON.stringify(path)} ${type} ${what} ${uid}:${gid} ${rest.join(" ")}`.trimEnd()
}

/** Describes a difference, with the shortest plan that still shows it; `undefined` if there is none. */
export const judge = async (oracle: Subject, subject: Subject, plan: Plan): Promise<string | undefined> => {
  const found = await disagreement(oracle, subject, plan)
  if (found === undefined) return undefined
  const { plan: { operations, tree }, text } = await shortest(oracle, subject, found)
  return ["tree", ...tree.map(shownFile), "operations", ...operations.map((one) => `  ${described(one)}`), text].join(
    "\n"
  )
}
