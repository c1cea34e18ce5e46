/** Compares processes in memory with real ones, with promises. */
import { MemoryProcesses } from "@procfsroot/node"
import { type PlainMachine, processes } from "@procfsroot/testkit/processes"
import { firstThreads } from "@procfsroot/testkit/processes/firstThread"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { disk, inRoot } from "./edition/edition.js"
import { plainFileSystem } from "./edition/fileSystem.js"

processes({
  name: "promises",
  real: async () => {
    const { close, fs } = await disk.node("/", { strategy: "kernel" })
    return { procfs: fs, open: disk.wormhole, openRoot: disk.wormhole, close }
  },
  memory: async (options) => {
    const machine = MemoryProcesses.make(options)
    const { promises } = machine.procfs
    const open: PlainMachine["open"] = async (pid, options) => {
      const root = await machine.openRoot({ pid }, options)
      return inRoot(root, () => machine.openRoot({ pid }, options))
    }
    return {
      procfs: plainFileSystem(promises, async () => ({ promises, close: async () => {} })),
      open,
      openRoot: open,
      start: async (process) => machine.start(process),
      end: async (pid, as) => machine.end(pid, as),
      close: async () => {}
    }
  }
})

describe("a process in memory that ends after some time", () => {
  it("is followed by the next one at exactly that time", async () => {
    let now = 5_000
    const processes = ["a", "b", "c"].map((command) => ({
      pid: 7,
      mountNamespace: "host",
      command,
      ends: { after: 1_000 }
    }))
    const { openRoot, procfs, start } = MemoryProcesses.make({
      mountNamespaces: { host: {} },
      processes,
      now: () => now
    })
    const command = () => procfs.promises.readFile("/proc/7/comm", "utf8")
    now = 5_999
    expect(await command()).toBe("a\n")
    now = 7_000
    expect(await command()).toBe("c\n")
    now = 8_000
    expect(procfs.sync.existsSync("/proc/7")).toBe(false)
    await expect(command()).rejects.toMatchObject({ code: "ENOENT" })
    await expect(openRoot({ pid: 7 })).rejects.toMatchObject({ code: "ESRCH", errno: -3 })
    start({ pid: 7, mountNamespace: "host", command: "d" })
    expect(await command()).toBe("d\n")
  })
})

firstThreads(disk)

it("a process is not taken for one that has ended if no descriptor is free to look", () => {
  const program = fileURLToPath(new URL("programs/processWithoutDescriptors.mjs", import.meta.url))
  const { stdout } = spawnSync("sh", ["-c", "ulimit -n 300; exec \"$0\" \"$1\"", process.execPath, program], {
    encoding: "utf8"
  })
  const path = `/proc/${process.pid}/root`
  expect(JSON.parse(stdout)).toEqual({
    path,
    without: { path, EACCES: "unknown", ENOENT: "unknown" },
    after: { path, EACCES: "NotPermitted", ENOENT: "unknown" }
  })
})
