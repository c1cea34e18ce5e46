/** Runs as root: answers questions with Node's own file system in a chroot, as the user whose id is passed. */
import * as Fs from "node:fs"
import { enter, leave } from "../chroot.js"
import { makeSpecial } from "../special.js"
import { corrected } from "../contract/corrected.js"
import { noticeIn, remove } from "../contract/disk.js"
import { changed } from "../contract/noticed.js"
import { nodeFileSystem } from "../effect3/node.js"
import { answered } from "./answer.js"
import * as protectedQuestions from "./protectedQuestions.js"
import * as questions from "./questions.js"

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

/** Creates a fresh tree, and keeps `/fifo` open for reading and writing, so that opening it does not block. */
const makeTree = (root: string): Disposable => {
  for (const spec of subject.tree) make(root, spec)
  const pipes = subject.tree.filter(({ path }) => path === "/fifo").map(({ path }) =>
    Fs.openSync(root + path, Fs.constants.O_RDWR | Fs.constants.O_NONBLOCK)
  )
  noticeIn(root)
  return {
    [Symbol.dispose]: () => {
      for (const pipe of pipes) Fs.closeSync(pipe)
      remove(root)
    }
  }
}

process.umask(0o022)
const fs = corrected(await nodeFileSystem())
const answers: Array<object> = []
const root = `${base}/root`
let made: Disposable | undefined
for (const question of subject.questions) {
  if (made === undefined) {
    made = makeTree(root)
    enter(root, Number(user))
  }
  const answer = await answered(question, fs)
  answers.push(answer)
  if (!changed()) continue
  leave()
  made[Symbol.dispose]()
  made = undefined
}
process.stdout.write(JSON.stringify(answers))
