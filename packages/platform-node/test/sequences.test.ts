/**
 * Compares random sequences of operations of the file system of this package with those of Node's own in a real chroot.
 */
import { bundled } from "@procfsroot/testkit/bundle"
import { onDisk, sequences } from "@procfsroot/testkit/sequences"
import { edition } from "./edition.js"

const program = bundled(new URL("./programs/sequencesOnDisk.ts", import.meta.url))

for (
  const [how, name] of [["kernel", "NodeRootFileSystem by openat2"], [
    "walk",
    "NodeRootFileSystem by the walk"
  ]] as const
) {
  sequences({
    name,
    adapter: true,
    honoursProtection: true,
    differences: edition.differences,
    subject: async (user) => {
      const path = await program
      return onDisk(() => ({ command: [process.execPath, path, how], user }))
    }
  })
}
