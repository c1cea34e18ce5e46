/** `npm test` and `npm run test:quick`: prints the steps and how long each takes, runs them, and prints the result. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"

const [name = "whole", ...args] = process.argv.slice(2)

const tests = ["--silent", "vitest", "--", ...args]

// The linters load ES modules by `require`. The packages themselves also run on older versions.
if (!process.features.require_module) {
  console.error(`The tests need Node 20.19, 22.12 or newer, and this is Node ${process.versions.node}.`)
  process.exit(1)
}

const isBuilt = existsSync(new URL("dist", import.meta.url))

/**
 * Steps: what each does, how long it takes on a machine with two cores, and the arguments of `npm run` for commands that
 * run at the same time: what needs no build is checked and installed meanwhile.
 */
const plans = {
  whole: [
    ["install", "10 s", ["packages"]],
    ["build, and check lint, format and uses of Effect", "20 s", ["build"], ["check:sources"], ["--silent", "judges"]],
    ["check prose and packages", "20 s", ["check:built"]],
    ["run all tests, including those against the kernel", "8 min", tests]
  ],
  quick: [
    ...isBuilt ? [] : [["install and build", "30 s", ["bootstrap"]]],
    ["run the tests that find the most bugs", "25 s", tests]
  ]
}

const plan = plans[name]
if (plan === undefined) throw new Error(`Usage: node runTests.mjs ${Object.keys(plans).join("|")}`)

const environment = { ...process.env, ...name === "quick" ? { TESTS: name } : { TESTED: "built" } }

/** The exit status, or 1 if a signal ended the command. */
const run = (args) =>
  new Promise((resolve, reject) => {
    spawn("npm", ["run", ...args], { stdio: "inherit", env: environment }).on("error", reject).on(
      "close",
      (status) => resolve(status ?? 1)
    )
  })

const minutes = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

console.log("Steps, with times on two cores:")
for (const [what, time] of plan) console.log(`  ${what} (${time})`)

const start = Date.now()
for (const [what, , ...commands] of plan) {
  console.log(`\n— ${what}`)
  const statuses = await Promise.all(commands.map(run))
  const status = statuses.find((status) => status !== 0)
  if (status !== undefined) {
    console.error(`\nFailed after ${minutes(Date.now() - start)}: ${what}.`)
    process.exit(status)
  }
}
console.log(`\nEverything passed in ${minutes(Date.now() - start)}.`)
