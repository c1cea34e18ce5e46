/** Compares random sequences of operations with promises with those of Node's own file system in a real chroot. */
import { bundled } from "@procfsroot/testkit/bundle"
import { inMemory, onDisk, sequences } from "@procfsroot/testkit/sequences"
import { differences } from "./edition/edition.js"

const program = bundled(new URL("./programs/sequencesPromises.ts", import.meta.url))

sequences({
  name: "promises in memory",
  differences,
  honoursProtection: false,
  subject: async (user) => inMemory({ command: [process.execPath, await program, "memory"], user })
})

sequences({
  name: "promises by openat2",
  differences,
  honoursProtection: true,
  subject: async (user) => {
    const path = await program
    return onDisk(() => ({ command: [process.execPath, path, "kernel"], user }))
  }
})
