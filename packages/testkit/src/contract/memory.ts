/** Worlds in memory: there is nothing beside the root. */
import type { MemoryEdition } from "../edition.js"
import { filesOf, treeOf } from "../memoryTree.js"
import type { Backend, World } from "./model.js"

/** The user who runs the tests owns the oracle's tree, and so this one. */
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** The edition's file system in memory as a backend. */
export const inMemory = (name: string, edition: MemoryEdition): Backend => ({
  name,
  newer: edition.newer,
  differences: edition.differences,
  world: async (tree): Promise<World> => {
    const memory = await edition.memory(treeOf(tree, user), { user })
    return {
      run: (use) => use(memory.fs),
      files: async () => (await filesOf(memory)).filter(({ path }) => path !== "/"),
      dispose: memory.close
    }
  }
})
