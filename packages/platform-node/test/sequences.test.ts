/** Random sequences by each file system on a disk, beside Node's own in a real chroot. */
import { bundled } from "@procfsroot/testkit/bundle"
import { onDisk, type Operation, sequences } from "@procfsroot/testkit/sequences"

/** What is known to differ, and not to stay so. */
const leftOut = ({ args, method }: Operation): boolean =>
  ["copyFile", "link", "utimes"].includes(method) ||
  (method === "file" && args[1] === "seek") ||
  ((method === "writeFile" || method === "writeFileString") && args[2]?.flag === "r")

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
    leftOut,
    subject: async (user) => {
      const path = await program
      return onDisk(() => ({ command: [process.execPath, path, how], user }))
    }
  })
}
