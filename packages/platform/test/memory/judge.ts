/** Asks the questions about a subject in memory, and of Node in a real chroot, where root may become any user. */
import { MemoryFileSystem } from "@procfsroot/platform"
import { bundled } from "@procfsroot/testkit/bundle"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync } from "node:fs"
import { expect } from "vitest"
import { answered } from "./answer.js"
import * as protectedQuestions from "./protectedQuestions.js"
import * as questions from "./questions.js"

const subjects = { questions, protectedQuestions }

type Subject = keyof typeof subjects

const entryOf = ({ content, mode, special, target, uid = 0 }: questions.Spec): MemoryFileSystem.Entry => {
  const attributes = { uid, gid: uid, ...(mode === undefined ? {} : { mode }) }
  if (target !== undefined) return MemoryFileSystem.link(target, attributes)
  if (content !== undefined) return MemoryFileSystem.file(content, attributes)
  if (special === undefined) return MemoryFileSystem.directory(attributes)
  return special === "FIFO" ? MemoryFileSystem.fifo(attributes) : MemoryFileSystem.socket(attributes)
}

type Answers = ReadonlyArray<object>

const inMemory = (subject: Subject, uid: number, options: MemoryFileSystem.Options): Promise<Answers> => {
  const { questions, tree } = subjects[subject]
  const entries = Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))
  const layer = MemoryFileSystem.layer(entries, { ...options, user: { uid, gid: uid } })
  return Effect.runPromise(Effect.forEach(questions, (question) => Effect.provide(answered(question), layer)))
}

const inChroot = async (subject: Subject, uid: number): Promise<Answers> => {
  const program = await bundled(new URL("../programs/answerInChroot.ts", import.meta.url))
  // In memory, where there is some: it makes thousands of trees.
  using directory = temporary(existsSync("/dev/shm") ? "/dev/shm" : undefined)
  chmodSync(directory.path, 0o755)
  const args = [program, directory.path, String(uid), subject]
  return JSON.parse(execFileSync(process.execPath, args, { maxBuffer: 2 ** 28 }).toString())
}

/** Compares the answers that the user gets. */
export const compare = async (
  subject: Subject,
  uid: number,
  options: MemoryFileSystem.Options = {}
): Promise<Answers> => {
  const told = (answers: Answers): Answers =>
    subjects[subject].questions.map(({ name }, i) => ({ asked: name, ...answers[i] }))
  const expected = told(await inChroot(subject, uid))
  const known = new Set(expected.map((answer) => JSON.stringify(answer)))
  const actual = told(await inMemory(subject, uid, options))
  // Those that differ first: nobody reads thousands.
  expect(actual.filter((answer) => !known.has(JSON.stringify(answer)))).toEqual([])
  expect(actual).toEqual(expected)
  return expected
}
