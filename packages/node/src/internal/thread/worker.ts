/**
 * The program of a thread. It does one task after the other, synchronously, so a file system that does not respond
 * holds up only this thread. All threads share the descriptors of the process.
 */
import type { Policy } from "@procfsroot/path/Policy"
import { defaultPolicy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import { closeSync, openSync } from "node:fs"
import { parentPort, workerData } from "node:worker_threads"
import { bindFor } from "../native/binding.js"
import { doFileTask } from "./fileTasks.js"
import { toNode } from "../pathBytes.js"
import { flags } from "../pinnedRoot.js"
import { borrow, type OpenRoot } from "../root.js"
import {
  type AnswerData,
  type Answers,
  errorData,
  type Message,
  movedIn,
  outcomeData,
  resolvedData,
  type RootData,
  type Task
} from "./messages.js"
import { isGivenUp, type Shared, take } from "./state.js"

const { descriptors, state } = workerData as Shared // of `threads.ts`

// The thread that opened the root has printed the same warnings, such as the one of `node:ffi`.
process.removeAllListeners("warning")

/** The most roots that are remembered. Setting one up again does not take long. */
const MOST = 64

const roots = new Map<number, OpenRoot>()

const rootOf = ({ fd, id, native }: RootData): OpenRoot => {
  let root = roots.get(id)
  if (root === undefined) {
    if (roots.size === MOST) roots.clear()
    roots.set(id, root = borrow(fd, bindFor({ native }), descriptors))
  }
  return root
}

const walkAll = (
  root: OpenRoot,
  paths: ReadonlyArray<string>,
  policy: Policy,
  maxRemembered: number,
  isWanted: () => boolean
) => {
  using batch = root.batch(maxRemembered)
  const outcomes: Array<unknown> = []
  const read = (_: string, outcome: Walk.Outcome<unknown>) => outcomeData(outcome)
  while (outcomes.length < paths.length && isWanted()) {
    outcomes.push(...batch.walkSome(paths, outcomes.length, policy, read))
  }
  return outcomes
}

const valueOf = (
  root: RootData | undefined,
  task: Exclude<Task, string>,
  policy: Policy,
  isWanted: () => boolean
): unknown => {
  if (task.do === "open") return openSync(toNode(task.path), flags)
  if (task.do === "close") return closeSync(task.fd)
  if (root === undefined) throw new TypeError("a task without a root")
  switch (task.do) {
    case "walk":
      return outcomeData(rootOf(root).walk(task.path, policy))
    case "walkAll":
      return walkAll(rootOf(root), task.paths, policy, task.maxRemembered, isWanted)
    default:
      return doFileTask(rootOf(root), task, isWanted)
  }
}

const answerOf = (
  root: RootData | undefined,
  task: Task,
  policy = defaultPolicy,
  isWanted: () => boolean
): AnswerData => {
  try {
    if (typeof task !== "string") return { value: valueOf(root, task, policy, isWanted) }
    if (root === undefined) throw new TypeError("a task without a root")
    return resolvedData(rootOf(root).resolve(task, policy))
  } catch (thrown) {
    return { error: errorData(thrown) }
  }
}

const valueIn = (answer: AnswerData): unknown =>
  typeof answer === "object" && "value" in answer ? answer.value : undefined

const send = (answers: Answers): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a Worker has no origin
  parentPort?.postMessage(answers, movedIn(answers.answers.map(valueIn)))
}

parentPort?.on("message", ({ policies, root, tasks }: Message) => {
  let answers: Array<AnswerData> = []
  let first = 0
  for (let i = take(state); i < tasks.length; i = take(state)) {
    const task = tasks[i] as Task // the index is within the array
    const isWanted = () => !isGivenUp(state, i)
    answers.push(isWanted() ? answerOf(root, task, policies[i], isWanted) : undefined)
    // Only paths can be asked again. All other answers are sent at once, so that they are not lost if the next
    // task never ends.
    if (typeof task === "string" || i === tasks.length - 1) continue
    send({ first, answers, last: false })
    first += answers.length
    answers = []
  }
  send({ first, answers, last: true })
})
