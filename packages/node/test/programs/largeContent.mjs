/** Reads or writes a large file in another thread, and prints how often its content was in memory. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { readFileSync, truncateSync, writeFileSync } from "node:fs"
import { argv, memoryUsage } from "node:process"

const [, , directory = "", method = ""] = argv
const SIZE = 100 * 2 ** 20

/** The peak of this process in bytes. `maxRSS` of `getrusage(2)` would start with the memory of the parent. */
const peak = () => Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]) * 1_024

writeFileSync(`${directory}/read`, "")
truncateSync(`${directory}/read`, SIZE)
const { close, promises } = await openRoot(directory, { offMainThread: true })
await promises.writeFile("/write", "")
const content = method === "read" ? undefined : Buffer.alloc(SIZE, 1)
const before = memoryUsage.rss()
if (content === undefined) await promises.readFile("/read")
else await promises.writeFile("/write", content)
console.log((peak() - before) / SIZE)
await close()
