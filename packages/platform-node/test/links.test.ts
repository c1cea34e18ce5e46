/** The limit on links: which links count, and that the limit of the kernel itself has no effect. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { disagreements } from "./judge.js"
import { ask, makeRoot, strategies } from "./strategies.js"

const chain: TreeSpec = [
  { path: "/k0", type: "dir" },
  ...Array.from({ length: 300 }, (_, i) => ({
    path: `/k${i + 1}`,
    type: "symlink" as const,
    target: i % 2 === 0 ? `k${i}` : `/k${i}`
  })),
  { path: "/d", type: "dir" },
  { path: "/ld", type: "symlink", target: "d" }
]

const directory = temporary()
materialize(directory.path, chain)
afterAll(() => directory[Symbol.dispose]())

const ok = { ok: "/k0" }
const ELOOP = { errno: "ELOOP" }

describe.each(strategies)("the limit on links: $name", (strategy) => {
  it.scoped.each([
    { options: {}, links: 40, answer: ok },
    { options: {}, links: 41, answer: ok },
    { options: {}, links: 255, answer: ok },
    { options: {}, links: 256, answer: ELOOP },
    { options: { maxSymlinks: 40 }, links: 40, answer: ok },
    { options: { maxSymlinks: 40 }, links: 41, answer: ELOOP },
    { options: { maxSymlinks: 39 }, links: 39, answer: ok },
    { options: { maxSymlinks: 39 }, links: 40, answer: ELOOP },
    { options: { maxSymlinks: 41 }, links: 41, answer: ok },
    { options: { maxSymlinks: 41 }, links: 42, answer: ELOOP },
    { options: { maxSymlinks: 300 }, links: 300, answer: ok },
    { options: { maxSymlinks: 1 }, links: 1, answer: ok },
    { options: { maxSymlinks: 1 }, links: 2, answer: ELOOP },
    { options: { maxSymlinks: 0 }, links: 0, answer: ok },
    { options: { maxSymlinks: 0 }, links: 1, answer: ELOOP }
  ])("S4: $options.maxSymlinks allowed, a chain of $links", ({ answer, links, options }) =>
    Effect.gen(function*() {
      const root = yield* makeRoot(directory.path, strategy)
      expect(yield* ask(strategy, root, [`/k${links}`, `/k${links}/`], options)).toEqual([answer, answer])
      // A kept link is not counted.
      const kept = yield* ask(strategy, root, [`/k${links}`], { ...options, lastComponent: "keep" })
      expect(kept).toEqual([{ ok: `/k${links}` }])
    }))

  it.scoped.skipIf(without("openat2"))("S5: it applies to the whole path", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot(directory.path)
      const root = yield* makeRoot(directory.path, strategy)
      const asked = ["/ld/../k39", "/ld/../k40", "ld/../".repeat(40), "ld/../".repeat(41), "ld/../".repeat(40) + "nope"]
      expect(yield* disagreements(strategy, root, kernel, asked)).toEqual([])
    }))
})
