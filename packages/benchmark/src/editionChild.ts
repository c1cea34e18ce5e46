/** Runs only one edition in this process: performs the operations that the parent asks for, and reports their cost. */
import { type EditionTurn, type Operation, pathsOf } from "./editions.js"

const [edition, root = "", count] = process.argv.slice(2)
const { open } = edition === "effect4" ? await import("./effect4.js") : await import("./effect3.js")
const runs = await open(root)
const paths = pathsOf(Number(count))

process.on("message", async (operation: Operation) => {
  const before = process.cpuUsage()
  const answer = await runs[operation](paths)
  const { system, user } = process.cpuUsage(before)
  process.send?.({ answer, cpu: (user + system) / paths.length } satisfies EditionTurn)
})
