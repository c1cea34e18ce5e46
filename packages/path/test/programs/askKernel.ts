/** Run by any user, with questions as JSON on its standard input. Prints what the kernel answers. */
import { type KernelAnswer, KernelRoot, type Question } from "@procfsroot/testkit/kernel"
import { readFileSync } from "node:fs"

export interface Asked {
  readonly directory: string
  readonly questions: ReadonlyArray<Question>
}

const asked: ReadonlyArray<Asked> = JSON.parse(readFileSync(0, "utf8"))

const answers = asked.map(({ directory, questions }): ReadonlyArray<KernelAnswer> => {
  using kernel = new KernelRoot(directory)
  return questions.map((question) => kernel.ask(question))
})

process.stdout.write(JSON.stringify(answers))
