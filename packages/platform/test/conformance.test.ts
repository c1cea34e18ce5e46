/** The table of cases over a real file system, through the portable layer. */
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Root } from "@procfsroot/platform"
import { type Case, optionsOf, suites } from "@procfsroot/testkit/cases"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"

// The seed takes the empty path for the root; a root has the kernel's answer.
const asked = ({ path, pinned }: Case): string => pinned === "procfsroot" && path === "" ? "/" : path

const answer = Either.match({
  onLeft: ({ code }: { readonly code: string }) => ({ errno: code }),
  onRight: (ok: string) => ({ ok })
})

describe("the table of cases, through any FileSystem", () => {
  it.effect.each(suites)("$name", ({ cases, tree }) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      const layer = Layer.provide(Root.layer(directory.path), NodeFileSystem.layer)
      yield* Effect.provide(
        Effect.forEach(cases, (testCase) =>
          Effect.gen(function*() {
            const { expect: expected, id, partial } = testCase
            const path = asked(testCase)
            const options = optionsOf(testCase)
            const alone = yield* Effect.either(Root.resolve(path, options))
            // Twice in one batch: what is remembered must answer as what is looked up.
            const batch = yield* Root.resolveAll([path, path], options)
            expect({ id, path, answers: [alone, ...batch].map(answer) })
              .toEqual({ id, path, answers: [expected, expected, expected] })
            if (partial === undefined) return
            const { deepest, remaining } = yield* Root.locate(path, options)
            expect({ id, path, deepest, remaining }).toEqual({ id, path, ...partial })
          })),
        layer
      )
    }))
})
