/** Runs random sequences of operations on the file systems of this package, compared with Node in a real chroot. */
import { bundled } from "@procfsroot/testkit/bundle"
import { overNode } from "@procfsroot/testkit/differences"
import { inMemory, onDisk, sequences } from "@procfsroot/testkit/sequences"
import { edition } from "./edition.js"

const program = bundled(new URL("./programs/sequences.ts", import.meta.url))

sequences({
  name: "MemoryFileSystem",
  honoursProtection: false,
  differences: edition.differences,
  subject: async (user) => inMemory({ command: [process.execPath, await program, "memory"], user })
})

sequences({
  name: "RootFileSystem over Node's",
  honoursProtection: false,
  differences: [...edition.differences, ...overNode],
  subject: async (user) => {
    const path = await program
    return onDisk(() => ({ command: [process.execPath, path, "portable"], user }))
  }
})
