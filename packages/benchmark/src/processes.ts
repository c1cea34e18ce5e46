/** Contestants in their own processes, where none changes how fast another one is. They measure themselves. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Contestant } from "./contestants.js"
import { errnoNames } from "./floor.js"
import type { Cost } from "./race.js"

/** A program that gets each list in the format that `native/floor.c` describes, and answers with paths and errnos. */
export interface Program {
  readonly name: string
  readonly command: string
  readonly args: ReadonlyArray<string>
}

/** A running program: `ask` gets its cost and its answers for a list. */
const start = ({ args, command, name }: Program) => {
  const { stdin, stdout } = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] })
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { done, value } = await lines.next()
    if (done === true) throw new Error(`${name} ended before it answered`)
    return value
  }
  const ask = async (paths: ReadonlyArray<string>) => {
    stdin.write(`${[paths.length, ...paths].join("\n")}\n`)
    const [cpu = NaN, clock = NaN] = (await next()).split(" ").map((time) => Number(time) / 1_000 / paths.length)
    const answers: Array<string> = []
    while (answers.length < paths.length) answers.push(await next())
    return { answers, cost: { cpu, clock } }
  }
  return { ask, stop: () => stdin.end() }
}

/** Starts the program when it is first used. */
const contestantOf = (program: Program) => {
  let running: ReturnType<typeof start> | undefined
  let last: Cost | undefined
  const contestant: Contestant = {
    name: program.name,
    run: async (paths) => {
      running ??= start(program)
      const { answers, cost } = await running.ask(paths)
      last = cost
      return () => answers.map((text) => errnoNames.get(-Number(text)) ?? text)
    },
    cost: () => last
  }
  return { contestant, stop: () => running?.stop() }
}

/** Contestants whose programs run until the scope closes. */
export const make = (programs: ReadonlyArray<Program>): Effect.Effect<ReadonlyArray<Contestant>, never, Scope.Scope> =>
  Effect.forEach(programs, (program) =>
    Effect.map(
      Effect.acquireRelease(Effect.sync(() => contestantOf(program)), ({ stop }) => Effect.sync(stop)),
      ({ contestant }) => contestant
    ))
