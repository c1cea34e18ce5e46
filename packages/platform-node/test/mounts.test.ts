/** One directory, mounted twice: what is inside depends on the mount by which the root was opened. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"
import { strategies } from "./strategies.js"

describe.skipIf(without("mount", "openat2"))("mounts", () => {
  it("inside a root that is mounted twice, and over it, have the same effect as in the kernel", async () => {
    using directory = temporary()
    materialize(directory.path, [
      { path: "/twin", type: "dir" },
      { path: "/again/sub/plain", type: "file" },
      { path: "/box/sub/plain", type: "file" },
      { path: "/box/proc", type: "dir" },
      { path: "/box/over", type: "file" },
      { path: "/box/l", type: "symlink", target: "/sub" }
    ])
    const program = await bundled(new URL("./programs/mounts.ts", import.meta.url))
    const run = { encoding: "utf8", timeout: 60_000 } as const
    const [unshare = "", ...args] = [...mounting, process.execPath, program, directory.path]
    const printed = execFileSync(unshare, args, run)
    const mounted = [{ ok: "/sub/mounted" }, { errno: "ENOENT" }]
    const plain = [{ errno: "ENOENT" }, { ok: "/sub/plain" }]
    expect(JSON.parse(printed)).toEqual(
      strategies.map(({ name }) => ({ name, wrong: [], seen: [plain, mounted], hidden: [{ ok: "/sub/plain" }] }))
    )
  })
})
