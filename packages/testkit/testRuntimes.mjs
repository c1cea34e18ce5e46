// Runs the tests of the packages on other runtimes and prints a table: `npm run test:runtimes [-- NAME…]`, with names
// from the table. It takes an hour and downloads the runtimes, so CI does not run it. A runtime without native calls
// runs every test as well, with the walk.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { install } from "./packages/runtimes.mjs"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const cache = join(repository, "node_modules/.cache/runtimes")
const vitest = join(repository, "node_modules/vitest/vitest.mjs")
const hideKoffi = fileURLToPath(new URL("hideKoffi.cjs", import.meta.url))

const libraries = ["path", "vfs", "node", "platform", "platform-node", "effect4"].map((name) => [name, []])
const everything = [...libraries, ["cli", []]]

const onDeno = [
  "capabilities",
  "comparison",
  "conformance",
  "contract",
  "failingClose",
  "foreignMounts",
  "holes",
  "isomorphicGit",
  "kernel",
  "manyNames",
  "memoryContract",
  "memoryFaults",
  "memoryRoot",
  "openFiles",
  "openFlags",
  "openSync",
  "partlyCached",
  "partialWrites",
  "posix",
  "race",
  "rootDirectorySync",
  "sharedPosition",
  "streams",
  "tarEntries",
  "tarReading",
  "tarRoot.contract",
  "tarRoot",
  "times",
  "vanishing",
  "writer"
]

/** By the name in the table: the runtime, its arguments before vitest, the environment, and which suites run. */
const rows = {
  node22: { runtime: "node22", suites: everything },
  node24: { runtime: "node24", suites: everything },
  node26: { runtime: "node26", suites: everything },
  // Excludes the tests that load koffi themselves.
  "node26-ffi": {
    runtime: "node26",
    env: {
      NODE_OPTIONS: `--require=${hideKoffi} --disable-warning=ExperimentalWarning`,
      EXCLUDED_TESTS: "**/bundle.test.ts **/koffi.test.ts **/native.test.ts **/ways.test.ts **/writeFileAtomic.test.ts"
    },
    suites: libraries
  },
  // Bun neither sorts the names in a directory nor lists names that are not UTF-8 as bytes.
  bun: {
    runtime: "bun",
    args: ["--bun"],
    env: { EXCLUDED_TESTS: "**/directoryOrder.test.ts" },
    suites: libraries.slice(0, 3)
  },
  // Without the tests of what a root does not support in Deno, which have one of these words in their names. Most other
  // files compare with `node:fs` of the process that runs them, or start programs with options of Node.
  deno: {
    runtime: "deno",
    args: ["run", "--allow-all", "--node-modules-dir=manual"],
    without: ["koffi", "none", "offMainThread", "procfs", "thread", "walk", "watch", "without native"],
    suites: [["path", []], ["vfs", []], ["node", onDeno.map((name) => `packages/node/test/${name}.test.ts`)]]
  },
  // Node compares the native calls of Deno with koffi's.
  "deno-ffi": { runtime: "deno", suites: [["node", ["packages/node/test/native.test.ts"]]], isTold: true }
}

const test = (binary, { args = [], env = {}, isTold = false, without = [] }, [project, files]) => {
  const results = join(cache, "results.json")
  rmSync(results, { force: true })
  const [program, ...before] = isTold ? [process.execPath] : [binary, ...args]
  const { error, signal } = spawnSync(program, [
    ...before,
    vitest,
    "run",
    "--project",
    project,
    "--reporter=json",
    `--outputFile=${results}`,
    ...without.length === 0 ? [] : ["--testNamePattern", `^(?!.*(${without.join("|")}))`],
    ...files
  ], {
    cwd: repository,
    env: { ...process.env, ...env, ...isTold && { RUNTIMES: binary } },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 1_800_000,
    killSignal: "SIGKILL"
  })
  if (!existsSync(results)) {
    const why = error?.message ?? signal ?? "no results"
    return { failed: 0, failures: [`the tests did not end: ${why}`], passed: 0, skipped: 0 }
  }
  const { numFailedTests: failed, numPassedTests: passed, numPendingTests: skipped, testResults } = JSON.parse(
    readFileSync(results, "utf8")
  )
  const failures = testResults.flatMap(({ assertionResults, message, name, status }) => [
    ...assertionResults.flatMap(({ fullName, status }) => status === "failed" ? [fullName] : []),
    // A file that could not be loaded.
    ...status === "failed" && assertionResults.length === 0 ? [`${name}: ${message}`] : []
  ])
  return { failed, failures, passed, skipped }
}

mkdirSync(cache, { recursive: true })
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(rows)
const lines = []
const failures = []
for (const name of wanted) {
  const row = rows[name]
  if (row === undefined) throw new Error(`${name} is not one of ${Object.keys(rows).join(", ")}`)
  const binary = await install(cache, row.runtime)
  for (const suite of row.suites) {
    const result = test(binary, row, suite)
    lines.push([name, suite[0], result.passed, result.skipped, result.failed])
    failures.push(...result.failures.map((title) => `${name} ${suite[0]}: ${title}`))
    console.log(lines.at(-1).join(" "))
  }
}
const columns = ["runtime", "project", "passed", "skipped", "failed"]
console.table(lines.map((line) => Object.fromEntries(columns.map((column, i) => [column, line[i]]))))
for (const failure of failures) console.log(failure)
process.exitCode = failures.length === 0 ? 0 : 1
