/** Resolves the paths that a JSON file lists, with the given native calls, and prints the results. */
import type { Choice } from "@procfsroot/node/Native"
import { openRoot, type ResolveOptions } from "@procfsroot/node/OpenRoot"
import { readFileSync } from "node:fs"

interface Question {
  readonly path: string
  readonly options: ResolveOptions
}

/** The directory of each root, and the paths to resolve in it. */
export type Questions = ReadonlyArray<{ readonly directory: string; readonly questions: ReadonlyArray<Question> }>

export interface Answers {
  readonly native: string | undefined
  readonly answers: ReadonlyArray<ReadonlyArray<{ readonly ok: string } | { readonly errno: string }>>
}

const [native = "", file = ""] = process.argv.slice(2)
const questions: Questions = JSON.parse(readFileSync(file, "utf8"))
const answers: Array<Answers["answers"][number]> = []
let used: string | undefined
for (const { directory, questions: asked } of questions) {
  await using root = await openRoot(directory, { native: native as Choice }) // as the test passes it
  used = root.strategy.native?.name
  answers.push(
    await Promise.all(asked.map(({ options, path }) =>
      root.resolve(path, options).then(
        (ok) => ({ ok }),
        (error: NodeJS.ErrnoException) => ({ errno: error.code ?? error.message })
      )
    ))
  )
}
const told: Answers = { native: used, answers }
console.log(JSON.stringify(told))
