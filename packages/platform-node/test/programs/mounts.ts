/**
 * Runs in its own mount namespace: `node mounts.mjs <directory>`. Mounts the directory `box` a second time as `twin`,
 * and then a file system on `twin/sub`. Mounts `again` over itself, so that its path leads to another mount than a
 * descriptor from before. Prints the paths for which `NodeRoot` and the kernel have different results.
 */
import { KernelRoot } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, openSync, writeFileSync } from "node:fs"
import { disagreements } from "../judge.js"
import { ask, makeRoot, strategies } from "../strategies.js"

const [directory = ""] = process.argv.slice(2)
const mount = (...args: ReadonlyArray<string>) => execFileSync("mount", args)
const box = `${directory}/box`
const twin = `${directory}/twin`

mount("--bind", box, twin)
mount("-t", "tmpfs", "none", `${twin}/sub`)
mkdirSync(`${twin}/sub/mounted`)
// With the mounts inside it: in a user namespace, it cannot be mounted without them.
mount("--rbind", "/proc", `${twin}/proc`)
// A file that is mounted over another one.
writeFileSync(`${directory}/file`, "")
mount("--bind", `${directory}/file`, `${twin}/over`)

const again = `${directory}/again`
const covered = openSync(again, "r")
mount("--bind", again, again)
mount("-t", "tmpfs", "none", `${again}/sub`)
mkdirSync(`${again}/sub/mounted`)

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
    const roots = [
      box,
      twin,
      `${twin}/sub`,
      `${twin}/sub/..`,
      `/proc/self/root${twin}`,
      again,
      `/proc/self/fd/${covered}`
    ]
    const wrong = yield* Effect.forEach(roots, (path) =>
      Effect.gen(function*() {
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        return yield* disagreements(strategy, root, kernel, paths)
      }))
    const below = yield* makeRoot(box, strategy)
    const beside = yield* makeRoot(twin, strategy)
    const seen = yield* Effect.forEach([below, beside], (root) => ask(strategy, root, ["/l/mounted", "/l/plain"], {}))
    // A mount over the root hides its name, but not the root itself.
    mount("-t", "tmpfs", "none", box)
    const hidden = yield* ask(strategy, below, ["/l/plain"], {})
    execFileSync("umount", [box])
    return { name: strategy.name, wrong: wrong.flat(), seen, hidden }
  })))

process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
