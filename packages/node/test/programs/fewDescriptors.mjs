// Asks threads for paths while N descriptors are free: `node fewDescriptors.mjs N`, four times at once, and then, while
// the threads start, in each turn of the event loop. Prints which results there were, and the files that are open
// afterwards.
import { closeSync, constants, openSync, readdirSync, readlinkSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { withThread } from "../../dist/internal/thread/threads.js"

const free = Number(process.argv[2])
const root = openSync("/", constants.O_RDONLY)

/** Asks a thread for a path, and tells whether it answered. */
const asked = () =>
  new Promise((resolve) => {
    const failed = ({ code }) => resolve(code)
    withThread({
      failed,
      use: (thread) =>
        thread.give({ answered: ({ last }) => last && resolve("answered"), failed }, {
          root: { id: 1, fd: root, native: "none" },
          tasks: ["/"],
          policies: [undefined]
        })
    })
  })

const targetOf = (fd) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ""
  }
}

const held = []
try {
  for (;;) held.push(openSync("/", constants.O_RDONLY))
} catch (error) {
  if (error.code !== "EMFILE") throw error
}
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
const left = readdirSync("/proc/self/fd").map(targetOf).filter((path) => path.endsWith(".js"))
console.log(JSON.stringify({ results, left }))
process.exit(0)
