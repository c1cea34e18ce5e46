/**
 * Compares `from` with a process that has entered a chroot and changed its working directory there: both must find the
 * same file, or fail with the same errno.
 */
import { Policy, Walk } from "@procfsroot/path"
import { bundled } from "@procfsroot/testkit/bundle"
import { fromOf, sample, seed } from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { inMemory, lookup, materialize } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"
import { lstatSync, mkdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { errnoOf } from "./errno.js"
import type { Asked } from "./programs/askChroot.js"

const samples = sample(60)

describe.skipIf(without("chroot", "root"))("the directory that relative paths start in", () => {
  it(`is the same as the working directory in a chroot:  ${samples.length} trees, seed ${seed}`, async () => {
    const program = await bundled(new URL("./programs/askChroot.ts", import.meta.url))
    using base = temporary()
    const asked = samples.map(([tree, paths], i): Asked => {
      const directory = `${base.path}/${i}`
      mkdirSync(directory)
      materialize(directory, tree)
      return { directory, from: fromOf(tree), paths }
    })
    const run = { input: JSON.stringify(asked), encoding: "utf8", maxBuffer: 1 << 26 } as const
    const judged: ReadonlyArray<ReadonlyArray<string>> = JSON.parse(execFileSync(process.execPath, [program], run))
    const answers = samples.map(([tree, paths], i) => {
      const root = inMemory(tree)
      const { directory = "", from = "" } = asked[i] ?? {}
      const policy = Policy.make({ from, maxSymlinks: 40 })
      return paths.map((path) => {
        const outcome = Walk.run(root, path, lookup, policy)
        if (outcome._tag === "Failed") return errnoOf(outcome.reason)
        const { dev, ino } = lstatSync(directory + Walk.toPath(outcome), { bigint: true })
        return `${dev}:${ino}`
      })
    })
    for (const [i, { from, paths }] of asked.entries()) {
      const differ = paths.flatMap((path, k) => {
        const [answer, judge] = [answers[i]?.[k], judged[i]?.[k]]
        return answer === judge ? [] : [{ tree: samples[i]?.[0], from, path, answer, judge }]
      })
      expect(differ).toEqual([])
    }
    const found = judged.flat().filter((answer) => answer.includes(":"))
    expect(found.length).toBeGreaterThan(judged.flat().length / 10)
  })
})
