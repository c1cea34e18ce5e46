/** Automount points, which must not be mounted by a root that forbids mounts (`LOOKUP_AUTOMOUNT` in `fs/namei.c`). */
import { judge, without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync, spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const program = fileURLToPath(new URL("programs/automount.mjs", import.meta.url))

/** debugfs, in which `tracing` is an automount point. Only root may mount it, not a user namespace. */
const debugfs = judge(
  () => {
    using directory = temporary()
    const [unshare = "", ...args] = mounting
    const script = "mount -t debugfs none \"$0\" && ls \"$0/tracing/README\""
    const { status, stderr } = spawnSync(unshare, [...args, "sh", "-c", script, directory.path], { encoding: "utf8" })
    return status === 0 ? undefined : `debugfs has no automount point here: ${stderr.trim()}`
  },
  true,
  "REQUIRE_DEBUGFS"
)

describe.skipIf(without("mount", debugfs))("an automount point", () => {
  it("is not mounted if mounts are forbidden", () => {
    using directory = temporary()
    const [unshare = "", ...args] = [...mounting, process.execPath, program, directory.path]
    const { found, isAutomount } = JSON.parse(execFileSync(unshare, args, { encoding: "utf8", timeout: 60_000 }))
    expect(isAutomount).toBe(true)
    expect(found).toHaveLength(18)
    for (const { code, isMounted, name, strategy } of found) {
      // The directory under the mount is empty.
      const expected = name === "readFile" ? "ENOENT" : "ok"
      expect({ strategy, name, code, isMounted }).toEqual({ strategy, name, code: expected, isMounted: false })
    }
  })
})
