/** The table of cases over archives of its trees. */
import { describe, expect, it } from "@effect/vitest"
import { Root } from "@procfsroot/platform"
import { optionsOf, suites } from "@procfsroot/testkit/cases"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { TarFileSystem } from "../src/index.js"
import { archive, formats } from "./archive.js"

describe.each(formats)("the table of cases over an archive: %s", (format) => {
  it.effect.each(suites)("$name", ({ cases, tree }) =>
    Effect.gen(function*() {
      using directory = temporary()
      using other = temporary()
      materialize(directory.path, tree)
      const layer = TarFileSystem.layer(archive(directory.path, `${other.path}/tar`, format))
      yield* Effect.gen(function*() {
        expect((yield* TarFileSystem.TarFileSystem).skipped).toEqual([])
        for (const testCase of cases) {
          const path = testCase.pinned === "procfsroot" && testCase.path === "" ? "/" : testCase.path
          const answer = yield* Root.resolve(path, optionsOf(testCase)).pipe(
            Effect.match({ onSuccess: (ok) => ({ ok }), onFailure: ({ code }) => ({ errno: code }) })
          )
          expect({ id: testCase.id, path, answer }).toEqual({ id: testCase.id, path, answer: testCase.expect })
          if (testCase.partial !== undefined) {
            const { deepest, remaining } = yield* Root.locate(path, optionsOf(testCase))
            expect({ id: testCase.id, path, deepest, remaining }).toEqual({
              id: testCase.id,
              path,
              ...testCase.partial
            })
          }
        }
      }).pipe(Effect.provide(layer))
    }))
})
