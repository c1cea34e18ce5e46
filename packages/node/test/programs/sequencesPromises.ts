/** Performs sequences with one of the file systems: `node sequencesPromises.mjs memory|kernel|walk`. */
import { filesOf, treeOf } from "@procfsroot/testkit/memoryTree"
import { serve } from "@procfsroot/testkit/sequences/serve"
import { disk, memory } from "../edition/edition.js"

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const [how] = process.argv.slice(2)

serve({
  open: async ({ plan: { tree }, root }) => {
    if (how === "kernel" || how === "walk") return disk.node(root, { strategy: how })
    const opened = await memory.memory(treeOf(tree, user), { user })
    return { ...opened, files: () => filesOf(opened) }
  }
})
