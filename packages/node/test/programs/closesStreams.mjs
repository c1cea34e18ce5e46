// Opens a root, and closes the descriptors in the arguments.
import { openRoot } from "@procfsroot/node"
import { closeSync } from "node:fs"

const root = await openRoot("/")
for (const fd of process.argv.slice(2)) closeSync(Number(fd))
await root.close()
process.exitCode = 7
