/** The edition for Effect 4, in the form that the shared suites expect. */
import { inheriting } from "@procfsroot/testkit/inheriting"
import { layer as nodeFileSystem } from "@effect/platform-node-shared/NodeFileSystem"
import * as MemoryFileSystem from "@procfsroot/effect4/MemoryFileSystem"
import * as NodeRoot from "@procfsroot/effect4/node/NodeRoot"
import * as TarFileSystem from "@procfsroot/effect4/node/TarFileSystem"
import * as Wormhole from "@procfsroot/effect4/node/Wormhole"
import * as Root from "@procfsroot/effect4/Root"
import { RootDirectory } from "@procfsroot/effect4/RootDirectory"
import * as RootFileSystem from "@procfsroot/effect4/RootFileSystem"
import { load } from "@procfsroot/node/Native"
import { seekingBeforeTheStart, writingNothing } from "@procfsroot/testkit/differences"
import type { NodeEdition, OpenFileSystem, OpenRoot, PlainFault, PortableEdition } from "@procfsroot/testkit/edition"
import * as Context from "effect/Context"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { layerWith } from "../../src/node/internal/nodeRootFileSystem.js"
import { plainFileSystem } from "./fileSystem.js"
import { plainRoot } from "./root.js"
import { plainRootDirectory } from "./rootDirectory.js"
import { build, run } from "./run.js"

const services = (context: Context.Context<FileSystem | Root.Root>): Pick<OpenFileSystem, "fs" | "root"> => ({
  fs: plainFileSystem(Context.get(context, FileSystem)),
  root: plainRoot(Context.get(context, Root.Root))
})

/** Its file system, root, and the other operations of the root. */
export const servicesOfDirectory = (
  context: Context.Context<FileSystem | Root.Root | RootDirectory>
): Required<Omit<OpenFileSystem, "close">> => ({
  ...services(context),
  directory: plainRootDirectory(Context.get(context, RootDirectory), servicesOfDirectory)
})

const openFileSystem = async (layer: Layer.Layer<FileSystem | Root.Root, unknown>): Promise<OpenFileSystem> => {
  const { close, value } = await build(layer)
  return { ...services(value), close }
}

export const openDirectory = async (
  layer: Layer.Layer<FileSystem | Root.Root | RootDirectory, unknown>
): Promise<OpenFileSystem> => {
  const { close, value } = await build(layer)
  return { ...servicesOfDirectory(value), close }
}

export const openRoot = async (layer: Layer.Layer<Root.Root, unknown>): Promise<OpenRoot> => {
  const { close, value } = await build(layer)
  return { root: plainRoot(Context.get(value, Root.Root)), close }
}

/** The suites use only methods, steps and errnos that exist. */
const faults = (list: ReadonlyArray<PlainFault>) => list as ReadonlyArray<MemoryFileSystem.Fault>

const traits = { name: "Effect 4", newer: true, differences: [writingNothing, seekingBeforeTheStart] }

export const portable: PortableEdition = {
  ...traits,
  memory: async (tree, options = {}) => {
    const { close, value } = await build(
      MemoryFileSystem.layer(tree, inheriting({ faults: faults(options.faults ?? []) }, options))
    )
    const memory = Context.get(value, MemoryFileSystem.MemoryFileSystem)
    return {
      ...servicesOfDirectory(value),
      snapshot: () => run(() => memory.snapshot),
      syncAll: () => run(() => memory.syncAll),
      crash: (options) => run(() => memory.crash(options)),
      crashes: (options) => run(() => memory.crashes(options)),
      operations: () => run(() => memory.operations),
      inject: (plain) => run(() => memory.inject(faults(plain))),
      report: () => run(() => memory.report),
      assertAllStruck: () => run(() => memory.assertAllStruck),
      expectOperations: (expected, where = () => true) => run(() => memory.expectOperations(expected, { where })),
      limit: (limits) => run(() => memory.limit(limits)),
      close
    }
  },
  rootFileSystem: (path, policy = {}) => {
    const root = Root.layer(path).pipe(Layer.provide(nodeFileSystem))
    return openFileSystem(
      RootFileSystem.layerWith(policy).pipe(Layer.provide(nodeFileSystem), Layer.provideMerge(root))
    )
  }
}

export const node: NodeEdition = {
  ...traits,
  node: (path, options) =>
    openDirectory(layerWith(path, options, options.strategy === "kernel" ? load().openat2 : undefined)),
  nodeRoot: (path, options) => openRoot(NodeRoot.layer(path, options)),
  wormhole: (pid, options) => openDirectory(Wormhole.fileSystem(inheriting({ pid }, options ?? {}))),
  archive: async (file) => {
    const { close, value } = await build(TarFileSystem.layer(file))
    return { ...servicesOfDirectory(value), skipped: Context.get(value, TarFileSystem.TarFileSystem).skipped, close }
  }
}
