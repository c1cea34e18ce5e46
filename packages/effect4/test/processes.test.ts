/** Compares processes in memory with real ones, for Effect 4. */
import { MemoryProcesses, Wormhole } from "@procfsroot/effect4"
import { Wormhole as NodeWormhole } from "@procfsroot/effect4/node"
import { type PlainMachine, processes } from "@procfsroot/testkit/processes"
import { firstThreads } from "@procfsroot/testkit/processes/firstThread"
import * as Context from "effect/Context"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { node, openDirectory, openRoot } from "./edition/edition.js"
import { plainFileSystem } from "./edition/fileSystem.js"
import { build, run } from "./edition/run.js"

const opening = (wormhole: Layer.Layer<Wormhole.Wormhole>) => ({
  open: (pid, options = {}) => openDirectory(Layer.provide(Wormhole.fileSystem({ pid, ...options }), wormhole)),
  openRoot: (pid) => openRoot(Layer.provide(Wormhole.layer({ pid }), wormhole))
} satisfies Partial<PlainMachine>)

processes({
  name: "Effect 4",
  real: async () => {
    const { close, fs } = await node.node("/", { strategy: "kernel" })
    return { procfs: fs, ...opening(NodeWormhole.live), close }
  },
  memory: async (options) => {
    const { close, value } = await build(MemoryProcesses.layer(options))
    const control = Context.get(value, MemoryProcesses.MemoryProcesses)
    return {
      procfs: plainFileSystem(Context.get(value, FileSystem)),
      ...opening(Layer.succeedContext(value)),
      start: (process) => run(() => control.start(process)),
      end: (pid, as) => run(() => control.end(pid, as)),
      close
    }
  }
})

firstThreads(node)
