/** The part of the Effect 3 edition that is in this package, in the form that the shared suites expect. */
import { inheriting } from "@procfsroot/testkit/inheriting"
import { MemoryFileSystem, Root, RootDirectory, RootFileSystem } from "@procfsroot/platform"
import type { PlainFault, PortableEdition } from "@procfsroot/testkit/edition"
import { openFileSystem, servicesOfDirectory } from "@procfsroot/testkit/effect3/open"
import { build, run } from "@procfsroot/testkit/effect3/run"
import { layer as nodeFileSystem } from "@procfsroot/testkit/nodeFileSystem"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

/** The suites use only methods, steps and errnos that exist. */
const faults = (list: ReadonlyArray<PlainFault>) => list as ReadonlyArray<MemoryFileSystem.Fault>

export const edition: PortableEdition = {
  name: "Effect 3",
  newer: false,
  differences: [],
  memory: async (tree, options = {}) => {
    const layer = MemoryFileSystem.layer(tree, inheriting({ faults: faults(options.faults ?? []) }, options))
    const { close, value } = await build(layer)
    const memory = Context.get(value, MemoryFileSystem.MemoryFileSystem)
    return {
      ...servicesOfDirectory(value, Root.Root, RootDirectory.RootDirectory),
      snapshot: () => run(() => memory.snapshot),
      syncAll: () => run(() => memory.syncAll),
      crash: (options) => run(() => memory.crash(options)),
      crashes: (options) => run(() => memory.crashes(options)),
      operations: () => run(() => memory.operations),
      inject: (list) => run(() => memory.inject(faults(list))),
      report: () => run(() => memory.report),
      assertAllStruck: () => run(() => memory.assertAllStruck),
      expectOperations: (expected, where = () => true) => run(() => memory.expectOperations(expected, { where })),
      limit: (limits) => run(() => memory.limit(limits)),
      close
    }
  },
  rootFileSystem: (path, policy = {}) =>
    openFileSystem(
      RootFileSystem.layerWith(policy).pipe(Layer.provideMerge(Root.layer(path)), Layer.provide(nodeFileSystem)),
      Root.Root
    )
}
