/** Opens files in a Worker in all possible ways, and closes them with Node. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { closeSync } from "node:fs"
import { workerData } from "node:worker_threads"

const root = await openRoot(workerData)
closeSync(root.sync.openSync("/absolute", "r"))
closeSync(root.sync.openSync("/new", "wx"))
await root.promises.readFile("/absolute")
await root.promises.writeFile("/newer", "x")
await root.close()
