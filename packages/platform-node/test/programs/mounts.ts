/**
 * Run in a mount namespace of its own: `node mounts.mjs <directory>`. The directory `box` is mounted a second time as
 * `twin`, and only there, something is mounted on `box/sub`. Prints where `NodeRoot` and the kernel differ.
 */
import { KernelRoot } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { disagreements } from "../judge.js"
import { ask, makeRoot, strategies } from "../strategies.js"

const [directory = ""] = process.argv.slice(2)
const mount = (...args: ReadonlyArray<string>) => execFileSync("mount", args)
const box = `${directory}/box`
const twin = `${directory}/twin`

mount("--bind", box, twin)
mount("-t", "tmpfs", "none", `${twin}/sub`)
mkdirSync(`${twin}/sub/mounted`)
// With what is mounted in it: in a user namespace, one cannot be had without the other.
mount("--rbind", "/proc", `${twin}/proc`)
// A file, mounted over another.
writeFileSync(`${directory}/file`, "")
mount("--bind", `${directory}/file`, `${twin}/over`)

const paths = [
  "/",
  "/sub/mounted",
  "/sub/plain",
  "/l",
  "/l/..",
  "/l/mounted",
  "/over",
  "/proc/self",
  "/proc/self/exe",
  "/proc/.."
]

const program = Effect.forEach(strategies, (strategy) =>
  Effect.scoped(Effect.gen(function*() {
    const roots = [box, twin, `${twin}/sub`, `${twin}/sub/..`, `/proc/self/root${twin}`]
    const wrong = yield* Effect.forEach(roots, (path) =>
      Effect.gen(function*() {
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        return yield* disagreements(strategy, root, kernel, paths)
      }))
    const below = yield* makeRoot(box, strategy)
    const beside = yield* makeRoot(twin, strategy)
    const seen = yield* Effect.forEach([below, beside], (root) => ask(strategy, root, ["/l/mounted", "/l/plain"], {}))
    // Something mounted over the root hides its name, not the root.
    mount("-t", "tmpfs", "none", box)
    const hidden = yield* ask(strategy, below, ["/l/plain"], {})
    execFileSync("umount", [box])
    return { name: strategy.name, wrong: wrong.flat(), seen, hidden }
  })))

process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
