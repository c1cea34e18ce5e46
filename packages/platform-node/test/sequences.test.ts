/** Random sequences by each file system on a disk, beside Node's own in a real chroot. */
import { bundled } from "@procfsroot/testkit/bundle"
import { onDisk, sequences } from "@procfsroot/testkit/sequences"

const program = bundled(new URL("./programs/sequencesOnDisk.ts", import.meta.url))

for (
  const [how, name, honoursProtection] of [
    ["openat2", "NodeRootFileSystem by openat2", true],
    ["walk", "NodeRootFileSystem by the walk", true],
    ["portable", "RootFileSystem over Node's", false]
  ] as const
) {
  sequences({
    name,
    honoursProtection,
    subject: async (user) => {
      const path = await program
      return onDisk(() => ({ command: [process.execPath, path, how], user }))
    }
  })
}
