/** Checks the text of a diff with GNU diff and patch. */
import { TreeDiff } from "@procfsroot/node"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const tools = judge(() => {
  const missing = ["diff", "patch"].find((tool) => spawnSync(tool, ["--version"]).status !== 0)
  return missing === undefined ? undefined : `${missing} cannot be run`
})

/** Two texts with few different lines, so that many lines are equal. */
const texts = (seed: number): readonly [string, string] => {
  let state = seed
  const random = (n: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % n
  const text = () => {
    const lines = Array.from({ length: random(30) }, () => "abcdef"[random(6)] ?? "")
    return lines.join("\n") + (lines.length > 0 && random(3) > 0 ? "\n" : "")
  }
  return [text(), text()]
}

const hunksOf = (before: string, after: string): ReadonlyArray<string> =>
  TreeDiff.print(TreeDiff.diff({ "/a": before }, { "/a": after })).split("\n").slice(1).map((line) => line.slice(4))

const changed = (lines: ReadonlyArray<string>): number => lines.filter((line) => /^[-+](?!--|\+\+)/.test(line)).length

describe.skipIf(without(tools))("the lines of a text that has changed", () => {
  it("are accepted by patch, and are no more than those of GNU diff", () => {
    using box = temporary()
    const [old, now] = [`${box.path}/a`, `${box.path}/b`]
    for (let seed = 1; seed <= 100; seed++) {
      const [before, after] = texts(seed)
      writeFileSync(old, before)
      writeFileSync(now, after)
      const hunks = hunksOf(before, after)
      const gnu = spawnSync("diff", ["-u", "--minimal", old, now], { encoding: "utf8" }).stdout.split("\n")
      expect([seed, changed(hunks)]).toEqual([seed, changed(gnu)])
      if (before === after) continue
      const input = ["--- a", "+++ b", ...hunks, ""].join("\n")
      const { status, stdout } = spawnSync("patch", ["--fuzz=0", old], { encoding: "utf8", input })
      expect([seed, status, stdout]).toEqual([seed, 0, `patching file ${old}\n`])
      // patch removes a file that becomes empty.
      if (after !== "") expect([seed, readFileSync(old, "utf8")]).toEqual([seed, after])
    }
  })
})
