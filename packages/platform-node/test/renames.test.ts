/**
 * Another process renames files: elsewhere, which must have no effect, and along the path, where each result must have
 * been correct at some time.
 */
import { describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot, Resolve } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { closeSync, mkdirSync } from "node:fs"
import { renaming } from "./renaming.js"
import { ask, makeRoot, strategies } from "./strategies.js"

const rounds = Number(process.env["ROUNDS"] ?? 150)

/** A directory that is removed only after the process that renames in it has ended. */
const scratch = Effect.acquireRelease(
  Effect.sync(temporary),
  (directory) => Effect.sync(() => directory[Symbol.dispose]())
)

const chain = (links: number) =>
  Array.from({ length: links }, (_, i) => ({ path: `/c/k${i + 1}`, type: "symlink" as const, target: `../c/./k${i}` }))

describe.skipIf(without("openat2")).each(strategies)("renames: $name", (strategy) => {
  it.scoped("in an unrelated directory cause no failures", () =>
    Effect.gen(function*() {
      const box = yield* scratch
      const unrelated = yield* scratch
      materialize(box.path, [{ path: "/c/k0", type: "file" }, ...chain(30)])
      mkdirSync(`${unrelated.path}/x`)
      const root = yield* makeRoot(box.path, strategy)
      yield* renaming(unrelated.path, "apart")
      const paths = ["/c/k30", "/c/../c/k20", "c/../../c/k0", "c/..", "/c/k30/x", "/c/../nope"]
      const expected = [{ ok: "/c/k0" }, { ok: "/c/k0" }, { ok: "/c/k0" }, { ok: "/" }, { errno: "ENOTDIR" }, {
        errno: "ENOENT"
      }]
      for (let round = 0; round < rounds; round++) {
        expect(yield* ask(strategy, root, paths, {})).toEqual(expected)
      }
    }))

  it.scoped("of files along the path cause only results that were correct at some time", () =>
    Effect.gen(function*() {
      const box = yield* scratch
      materialize(box.path, [
        { path: "/a/in", type: "file" },
        { path: "/b", type: "symlink", target: "real" },
        { path: "/real/in", type: "file" },
        { path: "/c", type: "file" },
        { path: "/d", type: "symlink", target: "real/../a" }
      ])
      const root = yield* makeRoot(box.path, strategy)
      yield* renaming(box.path, "exchange")
      // At any time, one of `a` and `b` is the directory, and the other is the link to `real`. The same holds for `c`
      // and `d`. A file that was found may have its other name by the time the kernel is asked for it.
      const directories = ["/a", "/b", "/real"]
      const files = directories.map((directory) => `${directory}/in`)
      const possible: Readonly<Record<string, ReadonlyArray<string>>> = {
        "a": directories,
        "b": directories,
        "/a/in": files,
        "b/in": files,
        "b/../a/..": ["/"],
        "c": ["/c", "/d", ...directories],
        "d/": ["ENOTDIR", ...directories],
        "c/in": ["ENOTDIR", ...files],
        "a/nope": ["ENOENT"]
      }
      const seen = new Map(Object.keys(possible).map((path) => [path, new Set<string>()]))
      const met = () => [...seen.values()].filter(({ size }) => size > 1).length
      // On a busy machine, it may take a while until the renames have an effect.
      for (let round = 0; round < rounds || (met() < 3 && round < 20 * rounds); round++) {
        const answers = yield* ask(strategy, root, [...seen.keys()], {})
        Object.entries(possible).forEach(([path, allowed], i) => {
          const answer = Object.values(answers[i] ?? {}).join()
          seen.get(path)?.add(answer)
          expect(allowed, `${path} in round ${round}`).toContain(answer)
        })
      }
      expect(met()).toBeGreaterThan(2)
    }))
})

describe.skipIf(without("openat2"))("the kernel during renames", () => {
  it.scoped("fails with EAGAIN, so the test above is meaningful", () =>
    Effect.gen(function*() {
      const box = yield* scratch
      const unrelated = yield* scratch
      materialize(box.path, [{ path: "/c/k0", type: "file" }, ...chain(30)])
      mkdirSync(`${unrelated.path}/x`)
      yield* renaming(unrelated.path, "apart")
      using kernel = new KernelRoot(box.path)
      let failures = 0
      for (let attempt = 0; attempt < 1_000_000 && failures === 0; attempt++) {
        const answer = kernel.openOnce({ path: Buffer.from("/c/k30"), resolve: Resolve.inRoot })
        if (typeof answer === "number") closeSync(answer)
        else if (answer.errno === "EAGAIN") failures++
      }
      expect(failures).toBe(1)
    }))
})
