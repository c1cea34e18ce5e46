/** Runs sequences on one of the file systems as the current user: `node sequences.mjs memory|portable`. */
import { filesOf, treeOf } from "@procfsroot/testkit/memoryTree"
import { serve } from "@procfsroot/testkit/sequences/serve"
import { edition } from "../edition.js"

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const [how] = process.argv.slice(2)

serve({
  open: async ({ plan: { tree }, root }) => {
    if (how === "portable") return edition.rootFileSystem(root)
    const memory = await edition.memory(treeOf(tree, user), { user })
    return { ...memory, files: () => filesOf(memory) }
  }
})
