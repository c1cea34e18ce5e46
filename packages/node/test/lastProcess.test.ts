/** The root of a process keeps its mounts after the last process that sees them has ended. */
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, readdirSync, readlinkSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { openRoot } from "../src/index.js"

/** How many mount namespaces are held open. */
const held = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("mnt:")
    } catch {
      // The descriptor that listed them is closed.
      return false
    }
  }).length

describe.skipIf(without("mount"))("the last process of a mount namespace ends: the root of a process", () => {
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

  it.each([
    ["by its PID", (pid: number) => openRoot({ pid }, { readOnly: true })],
    ["by its path", (pid: number) => openRoot(`/proc/${pid}/root/`, { native: "none" })],
    ["in another thread", (pid: number) => openRoot({ pid }, { offMainThread: true })]
  ])("keeps its mounts until it is closed, if it was opened %s", async (_, open) => {
    const before = held()
    await using made = await started()
    await using root = await open(made.child.pid)
    await made.child.stop()
    expect(await root.promises.readdir("/proc")).toContain("version")
    expect(held()).toBe(before + 1)
    await root.close()
    expect(held()).toBe(before)
  })

  it("keeps its mounts until the roots in it are closed", async () => {
    const before = held()
    await using made = await started()
    await using root = await openRoot({ pid: made.child.pid })
    await using inside = await root.subRoot("/")
    await root.close()
    await made.child.stop()
    expect(await inside.promises.readdir("/proc")).toContain("version")
    await inside.close()
    expect(held()).toBe(before)
  })

  it("holds nothing if it could not be opened", async () => {
    const before = held()
    await using made = await started()
    const { pid } = made.child
    const interrupt = new AbortController()
    const opening = openRoot({ pid }, { offMainThread: true, signal: interrupt.signal })
    expect(held()).toBe(before + 1)
    interrupt.abort()
    await expect(opening).rejects.toBe(interrupt.signal.reason)
    expect(held()).toBe(before)
    const unusable = { createAs: { uid: -1, gid: 0 } }
    await expect(openRoot({ pid }, unusable)).rejects.toThrow("createAs.uid")
    await expect(openRoot({ pid }, { ...unusable, offMainThread: true })).rejects.toThrow("createAs.uid")
    expect(held()).toBe(before)
  })

  it("has no mounts if its directory was opened by another path", async () => {
    await using made = await started()
    const { child } = made
    await using root = await openRoot(`/proc/${child.pid}/root/.`, { readOnly: true })
    await using mounted = await root.subRoot("/proc")
    await using file = await root.promises.open("/proc/version")
    await child.stop()
    expect(await root.promises.readdir("/proc")).toEqual([])
    expect(await mounted.promises.readdir("/")).toContain("version")
    expect(await file.readFile("utf8")).toContain("Linux")
  })
})
