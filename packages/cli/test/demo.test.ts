import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const demo = fileURLToPath(new URL("../demo/demo.mjs", import.meta.url))

/** Runs the demo with a directory for its temporary files, which must be empty when it ends. */
const run = (env: NodeJS.ProcessEnv): string => {
  using directory = temporary()
  const { status, stderr, stdout } = spawnSync(process.execPath, [demo], {
    encoding: "utf8",
    env: { ...process.env, TMPDIR: directory.path, ...env }
  })
  expect({ status, stderr, left: readdirSync(directory.path) }).toEqual({ status: 0, stderr: "", left: [] })
  return stdout
}

describe("the demo", () => {
  it.skipIf(without("mount"))("shows the main use case with a running process", () => {
    const shown = run({})
    expect(shown).toMatch(/\$ procfsroot resolve --pid \d+ \/var\/run\/docker.sock\n\/run\/docker.sock\n/)
    expect(shown).toMatch(/avatar.png +\/etc\/passwd +the host's own \/etc\/passwd\n/)
    expect(shown).toContain("NAME=\"Demo Linux\"")
    expect(shown).toMatch(/Process \d+ has ended, and its root is removed\.\n$/)
    expect(shown.split("\n").every((line) => line.length < 100)).toBe(true)
  })

  it("uses a plain directory where namespaces cannot be created", () => {
    const shown = run({ PATH: "/nonexistent" })
    expect(shown).toContain("So a plain directory is the root.\n")
    expect(shown).toMatch(/\$ procfsroot resolve --root \S+ \/var\/run\/docker.sock\n\/run\/docker.sock\n/)
  })
})
