/** Worlds in memory, which have no files outside the root. */
import type { MemoryEdition } from "../edition.js"
import { filesOf, treeOf } from "../memoryTree.js"
import type { Backend, World } from "./model.js"

/** The user who runs the tests owns the oracle's tree, and therefore this one too. */
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** A backend with the file system in memory of an edition. */
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
