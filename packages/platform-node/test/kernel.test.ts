/** Every strategy against `openat2` on random trees: path and errno must agree. */
import { describe, expect, it } from "@effect/vitest"
import { comparisons, policies, sample, seed } from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { ask, makeRoot, strategies } from "./strategies.js"

const samples = sample(25)

describe.skipIf(without("openat2")).each(strategies)("against the kernel: $name", (strategy) => {
  it.scoped(`${comparisons(samples)} comparisons, seed ${seed}`, () =>
    Effect.gen(function*() {
      for (const [tree, paths] of samples) {
        using directory = temporary()
        materialize(directory.path, tree)
        using kernel = new KernelRoot(directory.path)
        const root = yield* makeRoot(directory.path, strategy)
        for (const { lastComponent, options, resolve } of policies) {
          const answers = yield* ask(strategy, root, paths, { ...options, maxSymlinks: 40 })
          const judged = paths.map((path) => ({
            path,
            judge: kernel.ask({ path, resolve, lastComponent })
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
