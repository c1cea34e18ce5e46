// Resolves a path in another thread. `NODE_OPTIONS` names this module, so that it is loaded first.
import { openRoot } from "../../dist/index.js"

const root = await openRoot("/", { offMainThread: true })
console.log(await root.resolve("/"))
await root.close()
