/** `npm test` and `npm run test:quick`: prints the steps and how long each takes, runs them, and prints the result. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"

const [name = "whole", ...args] = process.argv.slice(2)

/** The times are measured on a machine with two cores. */
const build = ["install and build", "1 min", "npm", ["run", "bootstrap"]]

const isBuilt = existsSync(new URL("dist", import.meta.url))

const plans = {
  whole: [
    build,
    ["check types, lint, format, prose and packages", "30 s", "npm", ["run", "check"]],
    ["run all tests, including those against the kernel", "9 min", "npm", ["run", "--silent", "vitest", "--", ...args]]
  ],
  quick: [
    ...isBuilt ? [] : [build],
    ["run the tests that find the most bugs", "25 s", "npm", ["run", "--silent", "vitest", "--", ...args]]
  ]
}

const plan = plans[name]
if (plan === undefined) throw new Error(`Usage: node runTests.mjs ${Object.keys(plans).join("|")}`)

const environment = name === "quick" ? { ...process.env, TESTS: "quick" } : process.env

/** The exit status, or 1 if a signal ended the command. */
const run = (command, args) =>
  new Promise((resolve, reject) => {
    spawn(command, args, { stdio: "inherit", env: environment }).on("error", reject).on("close", (status) =>
      resolve(status ?? 1))
  })

const minutes = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

console.log("Steps, with times on two cores:")
for (const [what, time] of plan) console.log(`  ${what} (${time})`)

const start = Date.now()
for (const [what, , command, args] of plan) {
  console.log(`\n— ${what}`)
  const status = await run(command, args)
  if (status !== 0) {
    console.error(`\nFailed after ${minutes(Date.now() - start)}: ${what}.`)
    process.exit(status)
  }
}
console.log(`\nEverything passed in ${minutes(Date.now() - start)}.`)
