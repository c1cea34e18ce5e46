// Replaces the file `file` in a root. Two calls that fail mark where that begins and ends.
import { make } from "@procfsroot/node/FileSystem"
import { bindFor } from "@procfsroot/node/Native"
import { open } from "@procfsroot/node/Root"
import * as Program from "@procfsroot/vfs/Program"
import { openSync } from "node:fs"

const [root, strategy, length] = process.argv.slice(2)

const mark = (name) => {
  try {
    openSync(`/mark-${name}`)
  } catch {
    // It is not there.
  }
}

const handle = open(root, { bind: bindFor(strategy) })
const { rootDirectory } = make(handle)
const data = new TextEncoder().encode("new ".repeat(40_000)).subarray(0, Number(length))
mark("begin")
await Program.runPromise(rootDirectory.writeFileAtomic("/file", data))
mark("end")
