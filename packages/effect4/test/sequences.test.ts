/** Runs random sequences of operations on the file systems of this edition, compared with Node in a real chroot. */
import { bundled } from "@procfsroot/testkit/bundle"
import { overNode } from "@procfsroot/testkit/differences"
import { inMemory, onDisk, sequences } from "@procfsroot/testkit/sequences"
import { portable } from "./edition/edition.js"

const program = bundled(new URL("./programs/sequencesEffect4.ts", import.meta.url))

sequences({
  name: "MemoryFileSystem of Effect 4",
  adapter: true,
  differences: portable.differences,
  honoursProtection: false,
  subject: async (user) => inMemory({ command: [process.execPath, await program, "memory"], user })
})

const disks = [
  { name: "RootFileSystem of Effect 4 over Node's", how: "portable", honoursProtection: false, more: overNode },
  { name: "NodeRootFileSystem of Effect 4 by openat2", how: "kernel", honoursProtection: true, more: [] }
]

for (const { honoursProtection, how, more, name } of disks) {
  sequences({
    name,
    adapter: true,
    differences: [...portable.differences, ...more],
    honoursProtection,
    subject: async (user) => {
      const path = await program
      return onDisk(() => ({ command: [process.execPath, path, how], user }))
    }
  })
}
