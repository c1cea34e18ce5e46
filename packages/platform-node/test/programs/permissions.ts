/**
 * Runs as a user who is not root: `node permissions.mjs <tree>` prints the paths for which `NodeRoot` and the kernel
 * have different results.
 */
import { KernelRoot } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { codeOf, strategies as fileSystems, within } from "../fileSystems.js"
import { disagreements } from "../judge.js"
import { makeRoot, strategies } from "../strategies.js"

const [tree = "", dropTo] = process.argv.slice(2)
if (dropTo !== undefined) {
  process.setgroups?.([])
  process.setgid?.(Number(dropTo))
  process.setuid?.(Number(dropTo))
}

const paths = [
  "open",
  "open/f",
  "closed",
  "closed/",
  "closed//",
  "closed/.",
  "closed/..",
  "closed/../open",
  "closed/x",
  "closed/x/../..",
  "closed/nope",
  `closed/${"n".repeat(256)}`,
  // Longer than a path may be, if the directory is put before it.
  ...[4_040, 4_070, 4_080, 4_093, 4_095].map((length) => "closed/".padEnd(length, "n")),
  ...[4_040, 4_070, 4_080, 4_093, 4_095].map((length) => "open/../closed/x/".padEnd(length, "n")),
  "listed",
  "listed/x",
  "listed/.",
  "passed/x",
  "passed/.",
  "passed/nope",
  "toClosed",
  "toClosed/",
  "toClosed/..",
  "intoClosed",
  "open/../closed/./x",
  "/../closed/.."
]

const program = Effect.forEach(strategies, (strategy) =>
  Effect.scoped(Effect.gen(function*() {
    using kernel = new KernelRoot(tree)
    const root = yield* makeRoot(tree, strategy)
    const wrong = yield* disagreements(strategy, root, kernel, paths)
    const denied = yield* Effect.flip(root.resolve("toClosed/x"))
    // A root whose own directory may not be searched, and one that may not even be opened.
    using shut = new KernelRoot(`${tree}/closed`)
    const closed = yield* makeRoot(`${tree}/closed`, strategy)
    const inClosed = yield* disagreements(strategy, closed, shut, ["/", "", "x", ".", "..", "/x/..", "//"])
    const behind = yield* Effect.either(makeRoot(`${tree}/closed/x`, strategy))
    // A name that is too long for a path through a descriptor.
    const files = yield* Effect.forEach(fileSystems, (fileSystem) =>
      within(tree, fileSystem, (fs) =>
        Effect.map(Effect.flip(fs.stat("closed/".padEnd(4_095, "n"))), codeOf)))
    return {
      name: strategy.name,
      files,
      wrong: [...wrong, ...inClosed],
      denied: { tag: denied._tag, code: denied.code, at: denied.at },
      behind: Either.isLeft(behind) ? [behind.left._tag, behind.left.code] : "opened"
    }
  })))

process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
