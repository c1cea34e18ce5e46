/** Every strategy against `openat2` on random trees: path and errno must agree. */
import { describe, expect, it } from "@effect/vitest"
import type { ResolveOptions } from "@procfsroot/platform/Root"
import { available, KernelRoot, Resolve } from "@procfsroot/testkit/kernel"
import * as Random from "@procfsroot/testkit/random"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { ask, makeRoot, strategies } from "./strategies.js"

const seed = Number(process.env["SEED"] ?? 20_261_124)
const trees = Number(process.env["TREES"] ?? 25)
const pathsPerTree = 40

const policies: ReadonlyArray<{ readonly options: ResolveOptions; readonly resolve: number }> = [
  { options: {}, resolve: Resolve.inRoot },
  { options: { lastComponent: "keep" }, resolve: Resolve.inRoot },
  { options: { containment: "beneath" }, resolve: Resolve.beneath },
  { options: { symlinks: "forbid" }, resolve: Resolve.inRoot | Resolve.noSymlinks }
]

const samples = FastCheck.sample(
  FastCheck.tuple(Random.tree, FastCheck.array(Random.path, { minLength: pathsPerTree, maxLength: pathsPerTree })),
  { seed, numRuns: trees }
)

describe.skipIf(!available).each(strategies)("against the kernel: $name", (strategy) => {
  it.scoped(`${trees * pathsPerTree * policies.length} comparisons, seed ${seed}`, () =>
    Effect.gen(function*() {
      for (const [tree, paths] of samples) {
        using directory = temporary()
        materialize(directory.path, tree)
        using kernel = new KernelRoot(directory.path)
        const root = yield* makeRoot(directory.path, strategy)
        for (const { options, resolve } of policies) {
          const answers = yield* ask(strategy, root, paths, { ...options, maxSymlinks: 40 })
          const judged = paths.map((path) => ({
            path,
            judge: kernel.ask({ path, resolve, lastComponent: options.lastComponent === "keep" ? "keep" : "follow" })
          }))
          const wrong = judged.flatMap(({ judge, path }, i) =>
            JSON.stringify(judge) === JSON.stringify(answers[i])
              ? []
              : [{ seed, tree, options, path, judge, answer: answers[i] }]
          )
          expect(wrong).toEqual([])
        }
      }
    }))
})
