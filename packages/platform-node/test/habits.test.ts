/** The paths that a root has resolved so far decide how it asks the kernel, but must never change its results. */
import { describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { rmSync, symlinkSync } from "node:fs"
import { disagreements } from "./judge.js"
import { makeRoot, strategies } from "./strategies.js"

const tree: TreeSpec = [
  { path: "/usr/bin/sh", type: "file" },
  { path: "/bin", type: "symlink", target: "usr/bin" },
  { path: "/loop", type: "symlink", target: "loop" }
]

const repeated = (path: string): ReadonlyArray<string> => Array.from({ length: 40 }, () => path)

const everything = ["/usr/bin/sh", "/bin/sh", "/bin", "/nope/x", "/usr/nope", "/usr/bin/sh/x", "/loop", "/bin/..", "/"]

describe.skipIf(without("openat2")).each(strategies)("after many paths of one kind: $name", (strategy) => {
  it.scoped.each(["/usr/bin/sh", "/bin/sh", "/nope/x", "/loop"])("%s", (habit) =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, tree)
      using kernel = new KernelRoot(directory.path)
      const root = yield* makeRoot(directory.path, strategy)
      expect(yield* disagreements(strategy, root, kernel, [...repeated(habit), ...everything, habit])).toEqual([])
      // Replaces directories with links, and links with directories.
      rmSync(`${directory.path}/bin`)
      materialize(directory.path, [{ path: "/bin/sh", type: "file" }, { path: "/nope/x", type: "file" }])
      rmSync(`${directory.path}/usr`, { recursive: true })
      symlinkSync("/", `${directory.path}/usr`)
      expect(yield* disagreements(strategy, root, kernel, everything)).toEqual([])
    }))
})
