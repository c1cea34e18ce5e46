/** Run by root: answers every question by Node's own file system in a chroot, as the user that is told. */
import { enter, leave, mkfifo } from "@procfsroot/testkit/chroot"
import { corrected } from "@procfsroot/testkit/contract/corrections"
import { layer } from "@procfsroot/testkit/nodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Fs from "node:fs"
import { answered, type Question } from "../memory/answer.js"
import { questions, type Spec, tree } from "../memory/questions.js"

const [base = "", user] = process.argv.slice(2)

const make = (root: string, { content, fifo, mode, path, target, uid = 0 }: Spec): void => {
  const place = root + path
  if (target !== undefined) Fs.symlinkSync(target, place)
  else if (fifo === true) mkfifo(place)
  else if (content !== undefined) Fs.writeFileSync(place, content)
  else Fs.mkdirSync(place, { recursive: true })
  Fs.lchownSync(place, uid, uid)
  if (mode !== undefined) Fs.chmodSync(place, mode)
}

/** A fresh tree; with a reader and a writer there already, no open of its fifo waits. */
const makeTree = (root: string): Disposable => {
  for (const spec of tree) make(root, spec)
  const pipe = Fs.openSync(`${root}/fifo`, Fs.constants.O_RDWR | Fs.constants.O_NONBLOCK)
  return {
    [Symbol.dispose]: () => {
      Fs.closeSync(pipe)
      Fs.rmSync(root, { recursive: true, force: true })
    }
  }
}

/** What a question leaves as it was; of those that fail, some stop half way. */
const keeps = ({ name }: Question, answer: object): boolean =>
  /^(access|exists|read|stat|watch)/.test(name) || ("error" in answer && !/^(copy|make|open|remove|sink)/.test(name))

process.umask(0o022)
const runtime = ManagedRuntime.make(Layer.provide(corrected, layer))
// The layer is built before a root is entered.
await runtime.runPromise(Effect.void)
const answers: Array<object> = []
const root = `${base}/root`
let made: Disposable | undefined
for (const question of questions) {
  made ??= makeTree(root)
  enter(root, Number(user))
  const answer = await runtime.runPromise(answered(question))
  leave()
  answers.push(answer)
  if (keeps(question, answer)) continue
  made[Symbol.dispose]()
  made = undefined
}
process.stdout.write(JSON.stringify(answers))
