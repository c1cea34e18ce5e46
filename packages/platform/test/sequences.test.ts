/** Random sequences by the file system in memory, beside Node's own in a real chroot. */
import { bundled } from "@procfsroot/testkit/bundle"
import { inMemory, sequences } from "@procfsroot/testkit/sequences"

sequences({
  name: "MemoryFileSystem",
  honoursProtection: false,
  subject: async (user) => {
    const program = await bundled(new URL("./programs/sequencesInMemory.ts", import.meta.url))
    return inMemory({ command: [process.execPath, program], user })
  }
})
