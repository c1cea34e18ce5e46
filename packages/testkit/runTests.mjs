/** `npm test` and `npm run test:quick`: says what it will do and how long that takes, does it, and says how it ended. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"

const [name = "whole", ...args] = process.argv.slice(2)

/** Minutes and seconds are those of a machine with two cores. */
const build = ["install and build", "1 min", "npm", ["run", "bootstrap"]]

const isBuilt = existsSync(new URL("dist", import.meta.url))

const plans = {
  whole: [
    build,
    ["check types, lint, format, prose and packages", "30 s", "npm", ["run", "check"]],
    ["run every test, those against the kernel included", "9 min", "npm", ["run", "--silent", "vitest", "--", ...args]]
  ],
  quick: [
    ...isBuilt ? [] : [build],
    ["run the tests that show most faults", "25 s", "npm", ["run", "--silent", "vitest", "--", ...args]]
  ]
}

const plan = plans[name]
if (plan === undefined) throw new Error(`Usage: node runTests.mjs ${Object.keys(plans).join("|")}`)

const environment = name === "quick" ? { ...process.env, TESTS: "quick" } : process.env

/** The exit status; of what a signal ended, 1. */
const run = (command, args) =>
  new Promise((resolve, reject) => {
    spawn(command, args, { stdio: "inherit", env: environment }).on("error", reject).on("close", (status) =>
      resolve(status ?? 1))
  })

const minutes = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

console.log("This will, on two cores:")
for (const [what, time] of plan) console.log(`  ${what} (${time})`)

const start = Date.now()
for (const [what, , command, args] of plan) {
  console.log(`\n— ${what}`)
  const status = await run(command, args)
  if (status !== 0) {
    console.error(`\nFailed: ${what}, after ${minutes(Date.now() - start)}.`)
    process.exit(status)
  }
}
console.log(`\nAll of it passed, in ${minutes(Date.now() - start)}.`)
