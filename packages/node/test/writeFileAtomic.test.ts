/** Kills a process while it replaces a file, and checks the directory afterwards and after the next call. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const program = fileURLToPath(new URL("programs/writeFileAtomic.mjs", import.meta.url))

/** Larger than what is written without waiting, so that the thread pool is used too. */
const OLD = "old ".repeat(40_000)
const NEW = "new ".repeat(40_000)

const run = (root: string, strategy: string, killAt?: number) => {
  const args = [program, root, strategy, String(NEW.length), ...(killAt === undefined ? [] : [String(killAt)])]
  const { signal, status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" })
  if (status !== 0 && signal !== "SIGKILL") throw new Error(stderr)
  return { killed: signal === "SIGKILL", calls: Number(stdout) }
}

const contentOf = (root: string): string => readFileSync(`${root}/file`, "utf8")

/** The program counts calls by replacing functions of `node:fs`, which is not possible in Bun. */
const replacing = onlyOnNode("only Node lets a test replace node:fs")

describe.each(["kernel", "walk"] as const)(
  "writeFileAtomic by the %s, killed before each of its system calls",
  (strategy) => {
    it.skipIf(without("openat2", replacing))(
      "leaves the old or the new content, and the next call removes the temporary file",
      async () => {
        using counted = temporary()
        writeFileSync(`${counted.path}/file`, OLD)
        const { calls } = run(counted.path, strategy)
        expect(calls).toBeGreaterThan(8)
        const contents = new Set<string>()
        let left = 0
        for (let killAt = 0; killAt < calls; killAt++) {
          using box = temporary()
          writeFileSync(`${box.path}/file`, OLD)
          expect(run(box.path, strategy, killAt).killed).toBe(true)
          contents.add(contentOf(box.path))
          left += readdirSync(box.path).length - 1
          await using root = await openRoot(box.path, { strategy })
          await root.directory.writeFileAtomic("/file", "next")
          expect(contentOf(box.path)).toBe("next")
          expect(readdirSync(box.path)).toEqual(["file"])
        }
        expect(contents).toEqual(new Set([OLD, NEW]))
        expect(left).toBeGreaterThan(0)
      },
      120_000
    )
  }
)
