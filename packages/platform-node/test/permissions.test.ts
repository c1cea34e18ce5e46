/**
 * Directories that a user may not search, S13: the results are the same as those of the kernel for a process
 * of that user.
 */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync } from "node:fs"
import { strategies } from "./strategies.js"

const NOBODY = 65_534

/** The same for all users, so that they deny access to the owner too. Only root is not denied. */
const modes = [["closed", 0o000], ["listed", 0o444], ["passed", 0o111]] as const

const tree = (): Temporary => {
  const { path, [Symbol.dispose]: dispose } = temporary()
  chmodSync(path, 0o755)
  materialize(path, [
    { path: "/open/f", type: "file" },
    { path: "/toClosed", type: "symlink", target: "/closed" },
    { path: "/intoClosed", type: "symlink", target: "open/../closed/x" }
  ])
  for (const [name, mode] of modes) {
    mkdirSync(`${path}/${name}`)
    mkdirSync(`${path}/${name}/x`)
    chmodSync(`${path}/${name}`, mode)
  }
  return {
    path,
    [Symbol.dispose]: () => {
      for (const [name] of modes) chmodSync(`${path}/${name}`, 0o700)
      dispose()
    }
  }
}

const expected = strategies.map(({ name }) => ({
  name,
  files: ["EACCES", "EACCES"],
  wrong: [],
  denied: { tag: "AccessDenied", code: "EACCES", at: "/closed/x" },
  behind: ["RootUnavailable", "EACCES"]
}))

describe.skipIf(without("openat2"))("permissions, S13", () => {
  it("are checked for a process of a user who is not root", async () => {
    using directory = tree()
    const program = await bundled(new URL("./programs/permissions.ts", import.meta.url))
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
    const run = { ...user, cwd: "/", encoding: "utf8", timeout: 60_000 } as const
    expect(JSON.parse(execFileSync(process.execPath, [program, directory.path], run))).toEqual(expected)
  })

  it.skipIf(without("root"))(
    "are checked for a process that was root and changed its user, so that it does not own its files in /proc",
    async () => {
      using directory = tree()
      const program = await bundled(new URL("./programs/permissions.ts", import.meta.url))
      const run = { cwd: "/", encoding: "utf8", timeout: 60_000 } as const
      expect(JSON.parse(execFileSync(process.execPath, [program, directory.path, String(NOBODY)], run))).toEqual(
        expected
      )
    }
  )
})
