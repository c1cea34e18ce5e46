/**
 * Runs in its own mount namespace: `node unfollowable.mjs <directory>`. Mounts directories with the option
 * `nosymfollow`, and prints where roots have other results than the kernel.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { bindLink } from "@procfsroot/testkit/mounts"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs/promises"
import { constants } from "node:os"
import { load } from "../../../node/src/internal/native/providers/koffi.js"
import { bind } from "../../../node/src/internal/native/openat2.js"
import { disagreements } from "../judge.js"
import { makeRoot, strategies } from "../strategies.js"

const [directory = ""] = process.argv.slice(2)
const mount = (...args: ReadonlyArray<string>) => execFileSync("mount", args)

mount("-t", "tmpfs", "-o", "nosymfollow", "none", `${directory}/m`)
materialize(`${directory}/m`, [
  { path: "/d/f", type: "file" },
  { path: "/f", type: "file" },
  { path: "/allowed", type: "file" },
  { path: "/inner", type: "dir" },
  { path: "/l", type: "symlink", target: "d" },
  { path: "/file", type: "symlink", target: "d/f" },
  { path: "/absolute", type: "symlink", target: "/plain" },
  { path: "/dangling", type: "symlink", target: "nowhere" },
  { path: "/loop", type: "symlink", target: "loop" },
  { path: "/chain", type: "symlink", target: "l" }
])
// The same device as the rest, with another mount, on which links may be followed.
mount("--bind", `${directory}/plain`, `${directory}/m/inner`)
// And one on which they may not.
mount("--bind", `${directory}/plain`, `${directory}/à`)
mount("-o", "remount,bind,nosymfollow", `${directory}/à`)

// A link can have another mount than its directory.
bindLink(`${directory}/m/absolute`, `${directory}/plain/forbidden`)
bindLink(`${directory}/plain/l`, `${directory}/m/allowed`)

const links = [
  "/m/l",
  "/m/file",
  "/m/absolute",
  "/m/dangling",
  "/m/loop",
  "/m/chain",
  "/m/inner/l",
  "/m/inner/out",
  "/à/l",
  "/plain/l",
  "/plain/forbidden",
  "/m/allowed",
  "/into",
  "/through"
]
const paths = links.flatMap((path) => [path, `${path}/`, `${path}/f`, `${path}/..`])

const outcomeOf = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    return { result: String(await run()) }
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code }
  }
}

type Calls = Pick<typeof fs, "lstat" | "mkdir" | "readFile" | "readlink" | "stat" | "truncate" | "writeFile">

/** Operations that follow a link, and that do not, on links in the tree at `base`. */
const operations = async (calls: Calls, base: string): Promise<ReadonlyArray<unknown>> => {
  const outcomes: Array<unknown> = []
  for (const name of ["/m/file", "/à/l", "/m/inner/l", "/through", "/m/dangling", "/plain/forbidden", "/m/allowed"]) {
    const path = base + name
    for (const place of ["plain", "m"]) await fs.writeFile(`${directory}/${place}/f`, "content")
    const steps = [
      async () => (await calls.stat(path)).size,
      async () => (await calls.lstat(path)).size,
      () => calls.readlink(path),
      () => calls.readFile(path, "utf8"),
      () => calls.writeFile(path, "new"),
      () => calls.readFile(path, "utf8"),
      () => calls.truncate(path, 1),
      () => calls.mkdir(`${path}/new`)
    ]
    for (const step of steps) outcomes.push(await outcomeOf(step))
  }
  return outcomes
}

const options = [{}, { strategy: "walk" }, { native: "none" }, { offMainThread: true }] as const

/** Native calls in a sandbox that does not know fstatfs(2). */
const withoutStatfs = () => {
  const library = load()
  let hasRefused = false
  return bind({
    ...library,
    declare: (name, ...parameters) =>
      name === "fstatfs"
        ? () => {
          hasRefused = true
          return -1
        }
        : library.declare(name, ...parameters),
    errno: () => {
      if (!hasRefused) return library.errno()
      hasRefused = false
      return constants.errno.EPERM
    }
  })
}

const resolving = Effect.forEach(
  [...strategies, { name: "without fstatfs", openat2: withoutStatfs() }],
  (strategy) =>
    Effect.scoped(Effect.forEach([directory, `${directory}/m`, `${directory}/à`], (path) =>
      Effect.gen(function*() {
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        const wrong = yield* disagreements(strategy, root, kernel, paths)
        return wrong.map((one) => ({ strategy: strategy.name, root: path, ...one }))
      })))
)

const wrong = (await Effect.runPromise(resolving)).flat(2)
const expected = await operations(fs, directory)
const answers = []
for (const option of options) {
  await using root = await openRoot(directory, option)
  answers.push({ option, operations: await operations(root.promises, "") })
}

process.stdout.write(JSON.stringify({ wrong, expected, answers }))
