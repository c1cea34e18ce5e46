// Opens all descriptors that are free while a thread loads its modules, when N of them were seen open:
// `node takenDescriptors.mjs N`. Prints what became of its task and of that of the next thread, and the modules that are
// open afterwards.
import { closeSync } from "node:fs"
import { openFiles, takeDescriptors } from "./descriptors.mjs"
import { asked } from "./threads.mjs"

const first = asked()
const seen = new Set()
while (seen.size < Number(process.argv[2])) {
  for (const path of openFiles(".js")) seen.add(path)
}
const taken = takeDescriptors()
const result = await first
for (const fd of taken) closeSync(fd)
const next = await asked()
console.log(JSON.stringify({ result, next, left: openFiles(".js") }))
process.exit(0)
