/** Runs sequences on one of the file systems: `node sequencesEffect4.mjs memory|portable|kernel|walk`. */
import { filesOf, treeOf } from "@procfsroot/testkit/memoryTree"
import { serve } from "@procfsroot/testkit/sequences/serve"
import { node, portable } from "../edition/edition.js"

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const [how] = process.argv.slice(2)

serve({
  open: async ({ plan: { tree }, root }) => {
    if (how === "portable") return portable.rootFileSystem(root)
    if (how === "kernel" || how === "walk") return node.node(root, { strategy: how })
    const memory = await portable.memory(treeOf(tree, user), { user })
    return { ...memory, files: () => filesOf(memory) }
  }
})
