import { describe, expect, it } from "@effect/vitest"
import { optionsOf, suites } from "@procfsroot/testkit/cases"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { ask, makeRoot, strategies } from "./strategies.js"

describe.each(strategies)("the table of cases: $name", (strategy) => {
  it.scoped.each(suites)("$name", ({ cases, tree }) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      const root = yield* makeRoot(directory.path, strategy)
      for (const testCase of cases) {
        const path = testCase.pinned === "procfsroot" && testCase.path === "" ? "/" : testCase.path
        const [answer] = yield* ask(strategy, root, [path], optionsOf(testCase))
        expect({ id: testCase.id, path, answer }).toEqual({ id: testCase.id, path, answer: testCase.expect })
        if (testCase.partial !== undefined) {
          const { deepest, remaining } = yield* root.locate(path, optionsOf(testCase))
          expect({ id: testCase.id, path, deepest, remaining }).toEqual({ id: testCase.id, path, ...testCase.partial })
        }
      }
    }))
})
