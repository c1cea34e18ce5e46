/** The promise edition, as the shared suites take it. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot, type Options, type Process } from "@procfsroot/node/OpenRoot"
import { negativeAt } from "@procfsroot/testkit/contract/arguments"
import type { Difference } from "@procfsroot/testkit/contract"
import { writingNothing } from "@procfsroot/testkit/differences"
import type { MemoryEdition, OpenFileSystem, PolicyEdition } from "@procfsroot/testkit/edition"
import { plainFileSystem } from "./fileSystem.js"
import { plainRoot } from "./root.js"

const ownPosition: Difference = {
  reason: "as in Node, the position −1 is the file's own",
  applies: ({ steps }) => steps === negativeAt
}

export const differences: ReadonlyArray<Difference> = [writingNothing, ownPosition]

const openFileSystem = async (path: string | Process, options?: Options): Promise<OpenFileSystem> => {
  const root = await openRoot(path, options)
  const temporaryDirectory = options?.containment === "beneath" ? "tmp" : "/tmp"
  return {
    fs: plainFileSystem(root.promises, () => openRoot(path, options), temporaryDirectory),
    root: plainRoot(root),
    close: root.close
  }
}

const traits = { name: "promises", newer: true, differences }

export const memory: MemoryEdition = {
  ...traits,
  memory: async (tree, options) => {
    const root = openMemoryRoot(tree, options)
    const kept: Pick<OpenRoot, "close" | "promises"> = { promises: root.promises, close: async () => {} }
    return {
      fs: plainFileSystem(root.promises, async () => kept),
      root: plainRoot(root),
      snapshot: async () => root.snapshot(),
      close: root.close
    }
  }
}

export const disk: PolicyEdition = {
  ...traits,
  node: openFileSystem,
  nodeRoot: async (path, options) => {
    const root = await openRoot(path, options)
    return { root: plainRoot(root), close: root.close }
  },
  wormhole: (pid, options) => openFileSystem({ pid }, options)
}
