/** Run by root: answers the questions about a subject by Node's own file system in a chroot, as the user that is told. */
import { enter, leave, makeSpecial } from "@procfsroot/testkit/chroot"
import { corrected } from "@procfsroot/testkit/contract/corrections"
import { layer } from "@procfsroot/testkit/nodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Fs from "node:fs"
import { answered } from "../memory/answer.js"
import * as protectedQuestions from "../memory/protectedQuestions.js"
import * as questions from "../memory/questions.js"

const [base = "", user, name] = process.argv.slice(2)
const subject = name === "protectedQuestions" ? protectedQuestions : questions

const make = (root: string, { content, mode, path, special, target, uid = 0 }: questions.Spec): void => {
  const place = root + path
  if (target !== undefined) Fs.symlinkSync(target, place)
  else if (special !== undefined) makeSpecial(place, special)
  else if (content !== undefined) Fs.writeFileSync(place, content)
  else Fs.mkdirSync(place, { recursive: true })
  Fs.lchownSync(place, uid, uid)
  if (mode !== undefined) Fs.chmodSync(place, mode)
}

/** A fresh tree; with a reader and a writer there already, no open of `/fifo` waits. */
const makeTree = (root: string): Disposable => {
  for (const spec of subject.tree) make(root, spec)
  const pipes = subject.tree.filter(({ path }) => path === "/fifo").map(({ path }) =>
    Fs.openSync(root + path, Fs.constants.O_RDWR | Fs.constants.O_NONBLOCK)
  )
  return {
    [Symbol.dispose]: () => {
      for (const pipe of pipes) Fs.closeSync(pipe)
      Fs.rmSync(root, { recursive: true, force: true })
    }
  }
}

process.umask(0o022)
const runtime = ManagedRuntime.make(Layer.provide(corrected, layer))
// The layer is built before a root is entered.
await runtime.runPromise(Effect.void)
const answers: Array<object> = []
const root = `${base}/root`
let made: Disposable | undefined
for (const question of subject.questions) {
  made ??= makeTree(root)
  enter(root, Number(user))
  const answer = await runtime.runPromise(answered(question))
  leave()
  answers.push(answer)
  if (subject.keeps(question, answer)) continue
  made[Symbol.dispose]()
  made = undefined
}
process.stdout.write(JSON.stringify(answers))
