// Opens all descriptors that are free while a thread loads its modules, when N of them were seen open:
// `node takenDescriptors.mjs N`. Prints what became of its task and of that of the next thread, and the modules that are
// open afterwards. Newer versions of Node may read a module too fast for it to be seen, so the search ends.
import { closeSync } from "node:fs"
import { openFiles, takeDescriptors } from "./descriptors.mjs"
import { asked } from "./threads.mjs"

const first = asked()
const seen = new Set()
const end = performance.now() + 3_000
while (seen.size < Number(process.argv[2]) && performance.now() < end) {
  for (const path of openFiles(".js")) seen.add(path)
}
const taken = takeDescriptors()
const result = await first
for (const fd of taken) closeSync(fd)
const next = await asked()
console.log(JSON.stringify({ result, next, left: openFiles(".js") }))
process.exit(0)
