/** Performs sequences in memory: `node sequencesInMemory.mjs`, as the user that runs it. */
import { MemoryFileSystem } from "@procfsroot/platform"
import { serve } from "@procfsroot/testkit/sequences/serve"
import { files, inMemory } from "../memoryWorld.js"

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

serve<MemoryFileSystem.MemoryFileSystem>({
  layer: ({ plan: { tree } }) => MemoryFileSystem.layer(inMemory(tree, user), { user }),
  files: (runtime) => runtime.runSync(files)
})
