/** The part of the edition for Effect 3 that is in this package, for the shared suites. */
import { inheriting } from "@procfsroot/testkit/inheriting"
import { Root } from "@procfsroot/platform/Root"
import { RootDirectory } from "@procfsroot/platform/RootDirectory"
import type { NodeEdition } from "@procfsroot/testkit/edition"
import { openDirectory, openRoot, servicesOfDirectory } from "@procfsroot/testkit/effect3/open"
import { build } from "@procfsroot/testkit/effect3/run"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { TarFileSystem, Wormhole } from "../src/index.js"
import { makeWith } from "../src/internal/nodeRoot.js"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import { load } from "./binding.js"

const openat2 = (strategy: "kernel" | "walk") => strategy === "kernel" ? load() : undefined

export const edition: NodeEdition = {
  name: "Effect 3",
  newer: false,
  differences: [],
  node: (path, options) => openDirectory(layerWith(path, options, openat2(options.strategy)), Root, RootDirectory),
  nodeRoot: (path, { strategy, ...options }) =>
    openRoot(Layer.scoped(Root, makeWith(path, options, openat2(strategy))), Root),
  wormhole: (pid, options) =>
    openDirectory(Wormhole.fileSystem(inheriting({ pid }, options ?? {})), Root, RootDirectory),
  archive: async (file) => {
    const { close, value } = await build(TarFileSystem.layer(file))
    return {
      ...servicesOfDirectory(value, Root, RootDirectory),
      skipped: Context.get(value, TarFileSystem.TarFileSystem).skipped,
      close
    }
  }
}
