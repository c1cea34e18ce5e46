/** What becomes of an open root when the last process that sees its mounts has ended, as docs/guides/containers.md says. */
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync } from "node:fs"
import { open } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { openRoot } from "../src/index.js"

describe.skipIf(without("mount"))("the last process of a mount namespace ends: an open root", () => {
  const started = async () => {
    const directory = temporary()
    mkdirSync(`${directory.path}/proc`)
    const child = await startIn(directory.path, "pivot_root")
    return {
      child,
      async [Symbol.asyncDispose]() {
        await child.stop()
        directory[Symbol.dispose]()
      }
    }
  }

  it("has no mounts any more, but roots in them and open files stay", async () => {
    await using made = await started()
    const { child } = made
    await using root = await openRoot({ pid: child.pid }, { readOnly: true })
    await using mounted = await root.subRoot("/proc")
    await using file = await root.promises.open("/proc/version")
    expect(await root.promises.readdir("/proc")).toContain("version")
    await child.stop()
    expect(await root.promises.readdir("/proc")).toEqual([])
    expect(await mounted.promises.readdir("/")).toContain("version")
    expect(await file.readFile("utf8")).toContain("Linux")
  })

  it("keeps its mounts while the namespace is held open", async () => {
    await using made = await started()
    const { child } = made
    await using _ = await open(`/proc/${child.pid}/ns/mnt`)
    await using root = await openRoot({ pid: child.pid }, { readOnly: true })
    await child.stop()
    expect(await root.promises.readdir("/proc")).toContain("version")
  })
})
