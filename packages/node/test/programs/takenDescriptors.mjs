// Opens all descriptors that are free while a thread loads its modules, when N of them were seen open:
// `node takenDescriptors.mjs N`. Prints what became of its task and of that of the next thread, and the modules that are
// open afterwards.
import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs"
import { withThread } from "../../dist/internal/thread/threads.js"

const root = openSync("/", "r")

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

const pathOf = (fd) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ""
  }
}

const openModules = () => readdirSync("/proc/self/fd").map(pathOf).filter((path) => path.endsWith(".js"))

const first = asked()
const seen = new Set()
while (seen.size < Number(process.argv[2])) {
  for (const path of openModules()) seen.add(path)
}
const taken = []
try {
  for (;;) taken.push(openSync("/", "r"))
} catch (error) {
  if (error.code !== "EMFILE") throw error
}
const result = await first
for (const fd of taken) closeSync(fd)
const next = await asked()
console.log(JSON.stringify({ result, next, left: openModules() }))
process.exit(0)
