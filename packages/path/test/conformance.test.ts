import { Policy, Walk } from "@procfsroot/path"
import { asked, optionsOf, suites } from "@procfsroot/testkit/cases"
import { inMemory, lookup, type TreeNode } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { errnoOf } from "./errno.js"

describe("the table of cases, walked in a tree in memory", () => {
  for (const { cases, name, tree } of suites) {
    it(name, () => {
      const root = inMemory(tree)
      for (const testCase of cases) {
        const path = asked(testCase)
        const outcome = Walk.run<TreeNode>(root, path, lookup, Policy.make(optionsOf(testCase)))
        const answer = outcome._tag === "Resolved" ? { ok: Walk.toPath(outcome) } : { errno: errnoOf(outcome.reason) }
        expect({ id: testCase.id, path, answer }).toEqual({ id: testCase.id, path, answer: testCase.expect })
        if (testCase.partial !== undefined && outcome._tag === "Failed") {
          const deepest = `/${stackNames(outcome.deepest).join("/")}`
          expect({ id: testCase.id, path, deepest, remaining: outcome.remaining })
            .toEqual({ id: testCase.id, path, ...testCase.partial })
        }
      }
    })
  }
})

const stackNames = (stack: Walk.Failed<TreeNode>["deepest"]): ReadonlyArray<string> =>
  stack.parent === undefined ? [] : [...stackNames(stack.parent), stack.name]
