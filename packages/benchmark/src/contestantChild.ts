/** Runs one contestant in this process: resolves the lists of paths that the parent sends, and measures itself. */
import { createInterface } from "node:readline"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { type InNode, open } from "./contestants.js"
import { timed } from "./race.js"

const [name = "", root = "", twin = ""] = process.argv.slice(2)

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

const next = async (): Promise<string | undefined> => {
  const { done, value } = await lines.next()
  return done === true ? undefined : value
}

const scope = await Effect.runPromise(Scope.make())
const run = await Effect.runPromise(Scope.extend(open(name as InNode, { root, twin }), scope)) // the parent's name

for (let count = await next(); count !== undefined; count = await next()) {
  const paths: Array<string> = []
  while (paths.length < Number(count)) paths.push(await next() ?? "")
  // While others ran, this process was idle: its threads have ended, and V8 has made its heap smaller. What it takes to
  // be busy again is not part of the cost of a path.
  await run(paths)
  // What the messages left is not part of the cost.
  for (let i = 0; i < 2; i++) gc?.({ type: "minor" })
  const { answer, clock, cpu } = await timed(() => run(paths))
  process.stdout.write(`${[`${cpu * 1_000} ${clock * 1_000}`, ...answer()].join("\n")}\n`)
}
process.exit()
