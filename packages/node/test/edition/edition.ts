/** The edition with promises, in the form that the shared suites use. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot, type Options, type Process } from "@procfsroot/node/OpenRoot"
import { negativeAt } from "@procfsroot/testkit/contract/arguments"
import type { Difference } from "@procfsroot/testkit/contract"
import { writingNothing } from "@procfsroot/testkit/differences"
import { openTarRoot } from "@procfsroot/node/TarRoot"
import type { MemoryEdition, NodeEdition, OpenFileSystem } from "@procfsroot/testkit/edition"
import { plainFileSystem } from "./fileSystem.js"
import { plainRoot } from "./root.js"
import { plainRootDirectory } from "./rootDirectory.js"

const ownPosition: Difference = {
  reason: "as in Node, the position −1 means the current position of the file",
  applies: ({ steps }) => steps === negativeAt
}

const writingNothingOnce: Difference = {
  reason: "like Node's own promises, an empty write makes no system call, even on a file that is open for reading",
  applies: () => false,
  operations: ({ args, method }) => method === "file" && args[1] === "write" && args[2] === ""
}

export const differences: ReadonlyArray<Difference> = [writingNothing, writingNothingOnce, ownPosition]

/** The file system and the methods of an open root. */
export const inRoot = (
  root: OpenRoot,
  reopen: () => Promise<OpenRoot>,
  temporaryDirectory?: string
): OpenFileSystem => ({
  fs: plainFileSystem(root.promises, reopen, temporaryDirectory),
  root: plainRoot(root),
  directory: plainRootDirectory(root, (inner) => inRoot(inner, async () => inner)),
  close: root.close
})

const openFileSystem = async (path: string | Process, options?: Options): Promise<OpenFileSystem> => {
  const root = await openRoot(path, options)
  const temporaryDirectory = options?.containment === "beneath" ? "tmp" : "/tmp"
  return inRoot(root, () => openRoot(path, options), temporaryDirectory)
}

const traits = { name: "promises", newer: true, differences }

export const memory: MemoryEdition = {
  ...traits,
  memory: async (tree, options) => {
    const root = openMemoryRoot(tree, options)
    const kept = { ...root, close: async () => {} }
    return {
      ...inRoot(root, async () => kept),
      snapshot: async () => root.snapshot(),
      syncAll: async () => root.syncAll(),
      crash: async (crash) => root.crash(crash),
      crashes: async (crashes) => root.crashes(crashes)
    }
  }
}

export const disk: NodeEdition = {
  ...traits,
  node: openFileSystem,
  nodeRoot: async (path, options) => {
    const root = await openRoot(path, options)
    return { root: plainRoot(root), close: root.close }
  },
  wormhole: (pid, options) => openFileSystem({ pid }, options),
  archive: async (file) => {
    const root = await openTarRoot(file)
    return { ...inRoot(root, () => openTarRoot(file)), skipped: root.skipped }
  }
}
