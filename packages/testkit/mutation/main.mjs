// `npm run test:mutation`: changes the code that `MUTATED` names in many small ways, one at a time, and fails
// if the tests miss a change that `survivors.json` does not list. The arguments are passed to Stryker, for
// example `--concurrency 1`.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { compare, noticed } from "../dist/mutation/survivors.js"
import { report } from "./stryker.config.mjs"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const read = (path) => JSON.parse(readFileSync(path, "utf8"))
const top = here("../../../")

const least = 95

const args = ["run", here("stryker.config.mjs"), ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, [here("node_modules/@stryker-mutator/core/bin/stryker.js"), ...args], {
  cwd: top,
  stdio: "inherit"
})
if (status !== 0) process.exit(status ?? 1)

const told = read(top + report)
const problems = compare(told, read(here("survivors.json")))
for (const problem of problems) console.error(problem)
const percent = noticed(told)
console.log(`${percent.toFixed(1)} % of the changes were noticed; at least ${least} % must be.`)
if (problems.length === 0) console.log("survivors.json lists all others as changes that make no difference.")
if (problems.length > 0 || percent < least) process.exitCode = 1
