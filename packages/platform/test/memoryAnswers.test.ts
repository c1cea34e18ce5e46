/** A question has one answer, in memory as on a disk; the judge is Node's own file system in a real chroot. */
import { MemoryFileSystem } from "@procfsroot/platform"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { answered } from "./memory/answer.js"
import { questions, type Spec, tree, USER } from "./memory/questions.js"

const entryOf = ({ content, fifo, mode, target, uid = 0 }: Spec): MemoryFileSystem.Entry => {
  const attributes = { uid, gid: uid, ...(mode === undefined ? {} : { mode }) }
  if (target !== undefined) return MemoryFileSystem.link(target, attributes)
  if (content !== undefined) return MemoryFileSystem.file(content, attributes)
  return fifo === true ? MemoryFileSystem.fifo(attributes) : MemoryFileSystem.directory(attributes)
}

const entries = Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))

const inMemory = (uid: number): Promise<ReadonlyArray<object>> =>
  Effect.runPromise(
    Effect.forEach(questions, (question) =>
      Effect.provide(answered(question), MemoryFileSystem.layer(entries, { user: { uid, gid: uid } })))
  )

const inChroot = async (uid: number): Promise<ReadonlyArray<object>> => {
  const program = await bundled(new URL("./programs/answerInChroot.ts", import.meta.url))
  // In memory, where there is some: it makes thousands of trees.
  using directory = temporary(existsSync("/dev/shm") ? "/dev/shm" : undefined)
  chmodSync(directory.path, 0o755)
  const args = [program, directory.path, String(uid)]
  return JSON.parse(execFileSync(process.execPath, args, { maxBuffer: 2 ** 28 }).toString())
}

describe("what the file system in memory is asked, it answers as Node in a chroot", () => {
  for (const [name, uid] of [["root", 0], ["an ordinary user", USER]] as const) {
    it.skipIf(without("chroot", "root"))(`${questions.length} questions of ${name}`, async () => {
      const expected = await inChroot(uid)
      const actual = await inMemory(uid)
      const told = (answers: ReadonlyArray<object>) => questions.map(({ name }, i) => ({ asked: name, ...answers[i] }))
      const same = new Set(told(expected).map((answer) => JSON.stringify(answer)))
      expect(told(actual).filter((answer) => !same.has(JSON.stringify(answer)))).toEqual([])
      expect(actual).toEqual(expected)
    })
  }
})
