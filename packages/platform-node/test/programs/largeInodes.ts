/**
 * `node largeInodes.mjs <root> <other>`, in its own mount namespace: prints the result of resolving `/own` in a pinned
 * root, before and after another directory is mounted over the root's name.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { execFileSync } from "node:child_process"
import { makeRoot, strategies } from "../strategies.js"

const [pinned = "", other = ""] = process.argv.slice(2)

const program = Effect.forEach(strategies, (strategy) =>
  Effect.scoped(Effect.gen(function*() {
    const root = yield* makeRoot(pinned, strategy)
    const look = () => Effect.map(Effect.either(root.resolve("/own")), Either.getOrElse(({ code }) => code))
    const before = yield* look()
    execFileSync("mount", ["--bind", other, pinned])
    const after = yield* look()
    execFileSync("umount", [pinned])
    return { name: strategy.name, before, after }
  })))

process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
