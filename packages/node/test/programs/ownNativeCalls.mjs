// Resolves a path in a thread, with the runtime's own native calls.
import { openRoot } from "../../dist/index.js"
import { setTimeout } from "node:timers/promises"

const root = await openRoot("/", { native: "runtime", offMainThread: true })
console.log(await root.resolve("/"))
await root.close()
await setTimeout(200) // until what the thread prints is passed on
