// Asks threads for paths while N descriptors are free: `node fewDescriptors.mjs N`, four times at once, and then, while
// the threads start, in each turn of the event loop. Prints which results there were, and the files that are open
// afterwards.
import { closeSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { openFiles, takeDescriptors } from "./descriptors.mjs"
import { asked } from "./threads.mjs"

const free = Number(process.argv[2])
const held = takeDescriptors()
for (const fd of held.splice(0, free)) closeSync(fd)
const answers = [asked(), asked(), asked(), asked()]
for (let i = 0; i < 200; i++) {
  await new Promise(setImmediate)
  answers.push(asked())
}
const results = [...new Set(await Promise.all(answers))]
for (const fd of held) closeSync(fd)
// What is still being read is closed soon.
await sleep(300)
console.log(JSON.stringify({ results, left: openFiles(".js") }))
process.exit(0)
