/** The table of cases through `MemoryFileSystem.root`. */
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root } from "@procfsroot/platform"
import { type Case, optionsOf, suites } from "@procfsroot/testkit/cases"
import type { TreeNodeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"

const entryOf = ({ path, target = "", type }: TreeNodeSpec): MemoryFileSystem.Entry => {
  switch (type) {
    case "dir":
      return MemoryFileSystem.directory()
    case "file":
      return MemoryFileSystem.file(`content of ${path}\n`)
    case "fifo":
      return MemoryFileSystem.fifo()
    case "symlink":
      return MemoryFileSystem.link(target)
  }
}

// The seed takes the empty path for the root; a root has the kernel's answer.
const asked = ({ path, pinned }: Case): string => pinned === "procfsroot" && path === "" ? "/" : path

describe("the table of cases, in memory", () => {
  it.effect.each(suites)("$name", ({ cases, tree }) =>
    Effect.gen(function*() {
      for (const testCase of cases) {
        const path = asked(testCase)
        const answer = yield* Root.resolve(path, optionsOf(testCase)).pipe(
          Effect.match({ onSuccess: (ok) => ({ ok }), onFailure: ({ code }) => ({ errno: code }) })
        )
        expect({ id: testCase.id, path, answer }).toEqual({ id: testCase.id, path, answer: testCase.expect })
        if (testCase.partial !== undefined) {
          const { deepest, remaining } = yield* Root.locate(path, optionsOf(testCase))
          expect({ id: testCase.id, path, deepest, remaining }).toEqual({ id: testCase.id, path, ...testCase.partial })
        }
      }
      const options = { missing: "tail" } as const
      const paths = cases.map(asked)
      const batch = yield* Root.resolveAll(paths, options)
      const alone = yield* Effect.forEach(paths, (path) => Effect.either(Root.resolve(path, options)))
      const told = Either.mapLeft(({ message }: { readonly message: string }) => message)
      expect(batch.map(told)).toEqual(alone.map(told))
    }).pipe(Effect.provide(MemoryFileSystem.root(Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))))))
})
