/** Contestants in other languages. Each is built if its compiler is installed, and runs in its own process. */
import { spawn, spawnSync } from "node:child_process"
import { cpSync, mkdirSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Contestant } from "./contestants.js"
import { errnoNames } from "./floor.js"
import type { Cost } from "./race.js"

export const names = {
  c: "floor: the same in C",
  go: "Go: procfsroot.EvalSymlinks"
} as const

export interface Program {
  readonly name: string
  readonly file: string
}

const native = fileURLToPath(new URL("../native/", import.meta.url))

const succeeds = (program: string, args: ReadonlyArray<string>, cwd: string): boolean =>
  spawnSync(program, args, { cwd, stdio: "ignore", timeout: 60_000 }).status === 0

/** Builds the programs that can be built on this machine, in the new directory `place`. */
export const build = (place: string): ReadonlyArray<Program> => {
  mkdirSync(place)
  const go = `${place}/go`
  cpSync(`${native}go`, go, { recursive: true })
  const programs = [
    {
      name: names.c,
      file: `${place}/floor`,
      isBuilt: succeeds("cc", ["-O2", "-o", "floor", `${native}floor.c`], place)
    },
    // `-mod=mod` writes go.sum. The module comes from the module cache or the proxy, if one of them has it.
    { name: names.go, file: `${go}/seed`, isBuilt: succeeds("go", ["build", "-mod=mod", "-o", "seed", "."], go) }
  ]
  return programs.filter(({ isBuilt }) => isBuilt)
}

/** Starts a program, and sends it each list in the format that `native/floor.c` describes. */
const start = ({ file, name }: Program, root: string) => {
  const running = spawn(file, [root], { stdio: ["pipe", "pipe", "inherit"] })
  const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]()
  let cost: Cost | undefined
  const next = async (): Promise<string> => {
    const { done, value } = await lines.next()
    if (done === true) throw new Error(`${name} ended before it answered`)
    return value
  }
  const run = async (paths: ReadonlyArray<string>) => {
    running.stdin.write(`${[paths.length, ...paths].join("\n")}\n`)
    const [cpu = NaN, clock = NaN] = (await next()).split(" ").map((time) => Number(time) / 1_000 / paths.length)
    cost = { cpu, clock }
    const answers: Array<string> = []
    while (answers.length < paths.length) answers.push(await next())
    return () => answers.map((text) => text.startsWith("/") ? text : errnoNames.get(-Number(text)) ?? text)
  }
  const contestant: Contestant = { name, run, cost: () => cost }
  return { contestant, stop: () => running.stdin.end() }
}

/** Starts the programs for one root. They run until the scope closes. */
export const make = (
  programs: ReadonlyArray<Program>,
  root: string
): Effect.Effect<ReadonlyArray<Contestant>, never, Scope.Scope> =>
  Effect.forEach(programs, (program) =>
    Effect.map(
      Effect.acquireRelease(Effect.sync(() => start(program, root)), ({ stop }) => Effect.sync(stop)),
      ({ contestant }) => contestant
    ))
