// `node watchEnds.mjs <directory>`. Watches the directory until it changes. The process ends if nothing is left to do.
import { openRoot } from "@procfsroot/node"

const [, , directory = ""] = process.argv
const root = await openRoot(directory)
const changes = root.promises.watch("/")[Symbol.asyncIterator]()
const change = changes.next()
await root.promises.writeFile("/f", "")
await change
await changes.return()
await root.close()
