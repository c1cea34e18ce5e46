// `npm run test:mutation`: changes the code that `MUTATED` names in many small ways, one at a time, and fails
// if the tests miss a change that `survivors.json` does not list. The arguments are passed to Stryker, for
// example `--concurrency 1`.
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { partsOf } from "../dist/mutation/judges.js"
import { compare, merge, missed, noticed } from "../dist/mutation/survivors.js"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const read = (path) => JSON.parse(readFileSync(path, "utf8"))
const top = here("../../../")

const least = 95

/** What Stryker says of the changes to `mutate`, judged by `tests`. */
const judge = (mutate, tests) => {
  const report = "node_modules/.cache/procfsroot/mutation.json"
  const args = ["run", here("stryker.config.mjs"), ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, [here("node_modules/@stryker-mutator/core/bin/stryker.js"), ...args], {
    cwd: top,
    stdio: "inherit",
    env: { ...process.env, MUTATION: JSON.stringify({ mutate, report, tests }) }
  })
  if (status !== 0) process.exit(status ?? 1)
  return read(top + report)
}

/** The quick tests judge first; the slow ones judge again what these have missed. */
const judgeTwice = ({ code, quick, slow }) => {
  const first = judge([`packages/${code}`], quick)
  const rest = missed(first)
  return rest.length === 0 || slow.length === 0 ? first : merge(first, judge(rest, slow))
}

const mutated = process.env.MUTATED ?? "path"
const parts = partsOf(mutated)
if (parts.length === 0) throw new Error(`MUTATED is ${mutated}, but only path and vfs can be changed.`)
const told = { files: Object.assign({}, ...parts.map((part) => judgeTwice(part).files)) }
writeFileSync(`${top}node_modules/.cache/procfsroot/mutation-${mutated.split("/")[0]}.json`, JSON.stringify(told))

const problems = compare(told, read(here("survivors.json")))
for (const problem of problems) console.error(problem)
const percent = noticed(told)
console.log(`${percent.toFixed(1)} % of the changes were noticed; at least ${least} % must be.`)
if (problems.length === 0) console.log("survivors.json lists all others as changes that make no difference.")
if (problems.length > 0 || percent < least) process.exitCode = 1
