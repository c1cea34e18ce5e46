/**
 * Runs with few descriptors: `node detours.mjs <directory>` asks for paths that lead through the same directories again
 * and again, and prints those for which a root or a file system has another result than the kernel.
 */
import { KernelRoot } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { codeOf, strategies as fileSystems, within } from "../fileSystems.js"
import { disagreements } from "../judge.js"
import { makeRoot, strategies } from "../strategies.js"

const [box = ""] = process.argv.slice(2)

const name = "n".repeat(150)
/** A directory whose path is so long that it is opened for a short one. */
const far = `${name}/${name}`

const again = (times: number): string => "x/../".repeat(times)

for (const directory of ["x", `${far}/x`]) mkdirSync(`${box}/${directory}`, { recursive: true })
for (const file of ["f", `${far}/f`]) writeFileSync(`${box}/${file}`, "")
symlinkSync(`${again(50)}.`, `${box}/${far}/again`)

/** Where the first path finds a file and the second finds nothing. */
const before = [again(200), `${far}/${again(200)}`, `${far}/${"again/".repeat(10)}`]
const paths = before.flatMap((path) => [`${path}f`, `${path}nope`])

const resolved = Effect.forEach(strategies, (strategy) =>
  Effect.scoped(Effect.gen(function*() {
    using kernel = new KernelRoot(box)
    const root = yield* makeRoot(box, strategy)
    const wrong = yield* disagreements(strategy, root, kernel, paths)
    const explained = yield* Effect.forEach(paths, (path) => root.explain(path))
    const results = explained.map(({ result }) => result._tag === "Left" ? result.left.code : "found")
    return { name: strategy.name, wrong, explained: results }
  })))

const used = Effect.forEach(
  fileSystems,
  (strategy) =>
    within(box, strategy, (fs) =>
      Effect.forEach(before, (path) =>
        Effect.gen(function*() {
          const { type } = yield* fs.stat(`${path}f`)
          const missing = yield* Effect.flip(fs.stat(`${path}nope`))
          yield* fs.writeFileString(`${path}new`, "new")
          const content = yield* fs.readFileString(`${path}new`)
          yield* fs.rename(`${path}new`, `${path}newer`)
          yield* fs.copy(`${path}x`, `${path}copy`)
          yield* Effect.forEach(["newer", "copy"], (name) => fs.remove(path + name, { recursive: true }))
          return [type, codeOf(missing), content]
        })))
)

const result = { resolved: await Effect.runPromise(resolved), used: await Effect.runPromise(used) }
rmSync(box, { recursive: true })
console.log(JSON.stringify(result))
