/** Compares processes in memory with real ones, for Effect 3. */
import { FileSystem } from "@effect/platform/FileSystem"
import { MemoryProcesses, Root, RootDirectory, Wormhole } from "@procfsroot/platform"
import { Wormhole as NodeWormhole } from "@procfsroot/platform-node"
import { plainFileSystem } from "@procfsroot/testkit/effect3/fileSystem"
import { openDirectory, openRoot } from "@procfsroot/testkit/effect3/open"
import { build, run } from "@procfsroot/testkit/effect3/run"
import { type PlainMachine, processes } from "@procfsroot/testkit/processes"
import { firstThreads } from "@procfsroot/testkit/processes/firstThread"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { edition } from "./edition.js"

const opening = (wormhole: Layer.Layer<Wormhole.Wormhole>) => ({
  open: (pid, options = {}) =>
    openDirectory(
      Layer.provide(Wormhole.fileSystem({ pid, ...options }), wormhole),
      Root.Root,
      RootDirectory.RootDirectory
    ),
  openRoot: (pid) => openRoot(Layer.provide(Wormhole.layer({ pid }), wormhole), Root.Root)
} satisfies Partial<PlainMachine>)

processes({
  name: "Effect 3",
  real: async () => {
    const { close, fs } = await edition.node("/", { strategy: "kernel" })
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

firstThreads(edition)
