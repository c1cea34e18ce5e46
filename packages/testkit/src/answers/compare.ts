/** Asks the same questions in memory and of Node in a real chroot, where root can become any user. */
import { execFileSync } from "node:child_process"
import { chmodSync } from "node:fs"
import { expect } from "vitest"
import { bundled } from "../bundle.js"
import type { MemoryOptions, OpenMemory, PlainEntry, PortableEdition } from "../edition.js"
import { node } from "../runtime.js"
import { unchanged } from "../sysctl.js"
import { temporary } from "../temporary.js"
import { answered } from "./answer.js"
import * as protectedQuestions from "./protectedQuestions.js"
import * as questions from "./questions.js"
import { memoryDirectory } from "../inMemory.js"

const subjects = { questions, protectedQuestions }

type Subject = keyof typeof subjects

const entryOf = ({ content, mode, special, target, uid = 0 }: questions.Spec): PlainEntry => {
  const attributes = { uid, gid: uid, mtime: new Date(0) }
  if (target !== undefined) return { type: "SymbolicLink", target, ...attributes }
  if (content !== undefined) return { type: "File", content, mode: mode ?? 0o644, ...attributes }
  if (special === undefined) return { type: "Directory", mode: mode ?? 0o755, ...attributes }
  return { type: special, mode: mode ?? 0o644, ...attributes }
}

type Answers = ReadonlyArray<object>

/** Answers in memory. A tree is used until a question changes it. */
const inMemory = async (
  { memory }: PortableEdition,
  subject: Subject,
  uid: number,
  options: MemoryOptions
): Promise<Answers> => {
  const { keeps, questions, tree } = subjects[subject]
  const entries = Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))
  const answers: Array<object> = []
  let opened: OpenMemory | undefined
  for (const question of questions) {
    opened ??= await memory(entries, { ...options, user: { uid, gid: uid } })
    const answer = await answered(question, opened.fs)
    answers.push(answer)
    if (keeps(question, answer)) continue
    await opened.close()
    opened = undefined
  }
  await opened?.close()
  return answers
}

const inChroot = async (subject: Subject, uid: number): Promise<Answers> => {
  const program = await bundled(new URL("./chrootChild", import.meta.url))
  // On a tmpfs if there is one, since this creates thousands of trees.
  using directory = temporary(memoryDirectory)
  chmodSync(directory.path, 0o755)
  const args = ["--v8-pool-size=1", program, directory.path, String(uid), subject]
  // With few threads, since libc stops each of them whenever the child becomes another user.
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" }
  return JSON.parse(execFileSync(node, args, { env, maxBuffer: 2 ** 28 }).toString())
}

/** Compares the answers for a user, and returns them. */
export const compare = async (
  edition: PortableEdition,
  subject: Subject,
  uid: number,
  options: MemoryOptions = {}
): Promise<Answers> => {
  const isOther = (name: string): boolean => edition.differences.some(({ questions }) => questions?.(name) === true)
  const comparable = (answers: Answers): Answers =>
    subjects[subject].questions.flatMap(({ name }, i) => isOther(name) ? [] : [{ asked: name, ...answers[i] }])
  const actual = comparable(await inMemory(edition, subject, uid, options))
  let expected = comparable(await inChroot(subject, uid))
  // Another test can have changed a kernel setting meanwhile. A test of settings holds the lock itself.
  if (options.protected === undefined && JSON.stringify(actual) !== JSON.stringify(expected)) {
    using _ = await unchanged()
    expected = comparable(await inChroot(subject, uid))
  }
  const known = new Set(expected.map((answer) => JSON.stringify(answer)))
  // Reports only the answers that differ first, since there are thousands.
  expect(actual.filter((answer) => !known.has(JSON.stringify(answer)))).toEqual([])
  expect(actual).toEqual(expected)
  return expected
}
