/** Which names a user may not remove from a sticky directory, in which everybody can create files (`/tmp`). */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"

const NOBODY = 65_534

const left = ["dangling", "directory", "file", "link"]

/**
 * The errnos of `unlink(2)`, `rmdir(2)` and `rename(2)` (`may_delete` in `fs/namei.c`). For a directory, the option
 * `recursive` is checked first, as in Node.
 */
const asTheKernel = {
  file: ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM"],
  dangling: ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM"],
  link: ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM"],
  directory: ["EISDIR", "EISDIR", "EPERM", "EPERM", "EPERM"],
  left
}

/** Node's `rm` assumes that EPERM of `unlink` means a directory, and tries to list it. */
const asNode = {
  ...asTheKernel,
  file: ["ENOTDIR", "ENOTDIR", "ENOTDIR", "ENOTDIR", "EPERM"],
  dangling: ["done", "done", "done", "done", "EPERM"],
  link: ["ENOTDIR", "ENOTDIR", "ENOTDIR", "ENOTDIR", "EPERM"]
}

describe.skipIf(without("root"))("another user's names in a sticky directory", () => {
  it("cannot be removed and fail with EPERM, except where Node's rm is used", async () => {
    using directory = temporary()
    const sticky = `${directory.path}/sticky`
    mkdirSync(sticky)
    writeFileSync(`${sticky}/file`, "content")
    symlinkSync("nowhere", `${sticky}/dangling`)
    symlinkSync("file", `${sticky}/link`)
    mkdirSync(`${sticky}/directory`)
    chmodSync(directory.path, 0o755)
    chmodSync(sticky, 0o1777)
    const program = await bundled(new URL("./programs/sticky.ts", import.meta.url))
    const run = { uid: NOBODY, gid: NOBODY, cwd: "/", encoding: "utf8", timeout: 60_000 } as const
    expect(JSON.parse(execFileSync(process.execPath, [program, directory.path], run))).toEqual({
      NodeRootFileSystem: asTheKernel,
      MemoryFileSystem: asTheKernel,
      RootFileSystem: asNode
    })
  })
})
