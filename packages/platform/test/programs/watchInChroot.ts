/** Prints the events of Node's watchers in a chroot, in the scenarios with the given numbers. Must be run by root. */
import { enter, leave } from "@procfsroot/testkit/chroot"
import { layer } from "@procfsroot/testkit/nodeFileSystem"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Fs from "node:fs"
import { scenarios, toldIn, tree } from "../memory/watchScenarios.js"

const [base = "", patience, chosen = "[]"] = process.argv.slice(2)
const root = `${base}/root`
const numbers: ReadonlyArray<number> = JSON.parse(chosen)

const makeTree = (): void => {
  for (const { content, path, target } of tree) {
    const place = root + path
    if (target !== undefined) Fs.symlinkSync(target, place)
    else if (content !== undefined) Fs.writeFileSync(place, content)
    else Fs.mkdirSync(place, { recursive: true })
  }
}

const runtime = ManagedRuntime.make(layer)
await runtime.runPromise(Effect.void)
// Node loads code when it watches for the first time. It must do so before the chroot.
Fs.watch(base, { recursive: true }).close()
const answers: Array<ReadonlyArray<string>> = []
for (const number of numbers) {
  const scenario = scenarios[number]
  if (scenario === undefined) throw new Error(`there is no scenario ${number}`)
  makeTree()
  enter(root, 0)
  process.chdir(scenario.from)
  answers.push(await runtime.runPromise(toldIn(scenario, Number(patience))))
  leave()
  Fs.rmSync(root, { recursive: true, force: true })
}
process.stdout.write(JSON.stringify(answers))
