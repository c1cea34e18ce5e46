/** What a user may not search, S13: as the kernel tells a process of that user. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync } from "node:fs"
import { strategies } from "./strategies.js"

const NOBODY = 65_534

const tree = (path: string): void => {
  chmodSync(path, 0o755)
  materialize(path, [
    { path: "/open/f", type: "file" },
    { path: "/toClosed", type: "symlink", target: "/closed" },
    { path: "/intoClosed", type: "symlink", target: "open/../closed/x" }
  ])
  for (const [name, mode] of [["closed", 0o700], ["listed", 0o744], ["passed", 0o711]] as const) {
    mkdirSync(`${path}/${name}`)
    mkdirSync(`${path}/${name}/x`)
    chmodSync(`${path}/${name}`, mode)
  }
}

const expected = strategies.map(({ name }) => ({
  name,
  wrong: [],
  denied: { tag: "AccessDenied", code: "EACCES", at: "/closed/x" },
  behind: ["RootUnavailable", "EACCES"]
}))

describe.skipIf(without("openat2", "root"))("permissions, S13", () => {
  it("of a process that another user started", async () => {
    using directory = temporary()
    tree(directory.path)
    const program = await bundled(new URL("./programs/permissions.ts", import.meta.url))
    const run = { uid: NOBODY, gid: NOBODY, cwd: "/", encoding: "utf8", timeout: 60_000 } as const
    expect(JSON.parse(execFileSync(process.execPath, [program, directory.path], run))).toEqual(expected)
  })

  it("of a process that was root and gave it up, so that its /proc files are not its own", async () => {
    using directory = temporary()
    tree(directory.path)
    const program = await bundled(new URL("./programs/permissions.ts", import.meta.url))
    const run = { cwd: "/", encoding: "utf8", timeout: 60_000 } as const
    expect(JSON.parse(execFileSync(process.execPath, [program, directory.path, String(NOBODY)], run))).toEqual(expected)
  })
})
