/** Runs with few descriptors: `node depth.mjs <directory> <levels>` uses trees with more levels than descriptors. */
import * as Effect from "effect/Effect"
import { mkdirSync, statSync } from "node:fs"
import { descriptors, strategies, within } from "../fileSystems.js"

const [box = "", levels = ""] = process.argv.slice(2)
const depth = Number(levels)

const down = "/d".repeat(depth)
/** How many levels a path can lead up again without being too long. */
const up = Math.min(depth - 1, Math.floor((4_000 - down.length) / 3))

const run = (strategy: typeof strategies[number], root: string) =>
  within(root, strategy, (fs) =>
    Effect.gen(function*() {
      const before = descriptors()
      yield* fs.makeDirectory(`${down}/`, { recursive: true })
      yield* fs.makeDirectory(`${down}/../x/../y/./z/`, { recursive: true })
      yield* fs.writeFileString(`${"/d".repeat(depth - up)}/mark`, "here")
      const made = statSync(root + down).isDirectory()
      const upAgain = yield* fs.readFileString(`${down}${"/..".repeat(up)}/mark`)
      // `e` comes after `d`, so on the way back from the last level, every directory with an `e` is needed again.
      for (let level = 0; level < depth; level += 10) yield* fs.writeFileString(`${down.slice(0, 2 * level)}/e`, "")
      const listed = yield* fs.readDirectory("/", { recursive: true })
      yield* fs.copy("/d", "/copy")
      const copied = yield* fs.readDirectory("/copy", { recursive: true })
      const trees = {
        listed: listed.length,
        last: listed.at(-1),
        sameCopied: copied.join() === (yield* fs.readDirectory("/d", { recursive: true })).join()
      }
      yield* fs.remove("/d", { recursive: true })
      yield* fs.remove("/copy/", { recursive: true })
      return {
        ...trees,
        removed: yield* fs.readDirectory("/"),
        made,
        upAgain,
        left: descriptors() - before
      }
    }))

const answers = await Effect.runPromise(Effect.forEach(strategies, (strategy, i) => {
  mkdirSync(`${box}/${i}`)
  return run(strategy, `${box}/${i}`)
}))
console.log(JSON.stringify(answers))
