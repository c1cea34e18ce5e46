/** Processes in memory beside real ones, with promises. */
import { MemoryProcesses } from "@procfsroot/node"
import { processes } from "@procfsroot/testkit/processes"
import { disk, inRoot } from "./edition/edition.js"
import { plainFileSystem } from "./edition/fileSystem.js"

processes({
  name: "promises",
  real: async () => {
    const { close, fs } = await disk.node("/", { strategy: "kernel" })
    return { procfs: fs, open: disk.wormhole, close }
  },
  memory: async (options) => {
    const machine = MemoryProcesses.make(options)
    const { promises } = machine.procfs
    return {
      procfs: plainFileSystem(promises, async () => ({ promises, close: async () => {} })),
      open: async (pid) => {
        const root = await machine.openRoot({ pid })
        return inRoot(root, () => machine.openRoot({ pid }))
      },
      start: async (process) => machine.start(process),
      end: async (pid, as) => machine.end(pid, as),
      close: async () => {}
    }
  }
})
