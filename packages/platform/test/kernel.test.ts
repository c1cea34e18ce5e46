/** The portable layer against `openat2` on random trees: path and errno must agree. */
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Root } from "@procfsroot/platform"
import { comparisons, policies, sample, seed } from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"

const samples = sample(35)

const disagreements = (tree: TreeSpec, paths: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    using directory = temporary()
    materialize(directory.path, tree)
    using kernel = new KernelRoot(directory.path)
    const layer = Layer.provide(Root.layer(directory.path), NodeFileSystem.layer)
    const wrong: Array<unknown> = []
    for (const { lastComponent, options, resolve } of policies) {
      const answers = yield* Effect.provide(
        Effect.forEach(paths, (path) => Effect.either(Root.resolve(path, { ...options, maxSymlinks: 40 }))),
        layer
      )
      answers.map(Either.match({ onLeft: ({ code }) => ({ errno: code }), onRight: (ok) => ({ ok }) })).forEach(
        (answer, i) => {
          const path = paths[i] ?? ""
          const judge = kernel.ask({ path, resolve, lastComponent })
          if (JSON.stringify(judge) !== JSON.stringify(answer)) wrong.push({ seed, tree, path, options, judge, answer })
        }
      )
    }
    return wrong
  })

describe.skipIf(without("openat2"))("the portable layer against the kernel", () => {
  it.effect(`${comparisons(samples)} comparisons, seed ${seed}`, () =>
    Effect.gen(function*() {
      for (const [tree, paths] of samples) expect(yield* disagreements(tree, paths)).toEqual([])
    }))
})
