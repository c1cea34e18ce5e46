import { fileURLToPath } from "node:url"
import { defineWorkspace } from "vitest/config"
import { loadedByNode, plugins, setupFiles } from "./packages/testkit/src/builtModules.js"
import { type TestSet, testSets } from "./packages/testkit/src/testSets.js"

const src = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/`, import.meta.url))

/** Tests run the sources, unless `TESTED=built`. Of the command, the demo and the benchmark, they run what is built. */
const alias = ["path", "vfs", "node", "platform-node", "platform", "effect4", "testkit"].flatMap((name) => [
  { find: new RegExp(`^@procfsroot/${name}$`), replacement: `${src(name)}index.ts` },
  { find: new RegExp(`^@procfsroot/${name}/node$`), replacement: `${src(name)}node/index.ts` },
  { find: new RegExp(`^@procfsroot/${name}/`), replacement: src(name) }
])

const project = (name: string, directory: string, test: object) => ({
  resolve: { alias },
  plugins,
  test: {
    server: { deps: { external: loadedByNode } },
    name,
    root: directory,
    testTimeout: 120_000,
    setupFiles,
    ...test
  }
})

/** These measure how long timers wait, so each of them runs alone, after all others. */
const alone = [["platform", "eventLoop"], ["platform-node", "fairness"]] as const

/** More files to exclude: Vitest's `--exclude` has no effect on projects. */
const excluded = (process.env["EXCLUDED_TESTS"] ?? "").split(/\s+/).filter((pattern) => pattern !== "")

const fileOf = (name: string) => `test/${name}.test.ts`

/** The name of a set of tests. Without one, all of them run. */
const wanted = process.env["TESTS"]

const set = wanted === undefined ? undefined : testSets[wanted]

if (wanted !== undefined && set === undefined) {
  throw new Error(`There is no set of tests ${JSON.stringify(wanted)}`)
}

const packages = ["path", "vfs", "node", "platform", "platform-node", "effect4", "cli", "testkit", "benchmark"]

/**
 * One project for a set of tests: Vitest waits for the last file of a project before it begins the next one, in new
 * processes, which load all modules again.
 */
const together = (files: TestSet) =>
  project("together", ".", {
    include: Object.entries(files).flatMap(([name, patterns]) =>
      patterns.map((pattern) => `packages/${name}/${fileOf(pattern)}`)
    ),
    exclude: excluded
  })

/** Of the site, only the tests that need neither a browser nor the built site. `npm run test:site` runs the others. */
const everything: TestSet = { ...Object.fromEntries(packages.map((name) => [name, ["**/*"]])), site: ["walk/**/*"] }

const timed = alone.map(([name, file], i) =>
  project(file, `packages/${name}`, { include: [fileOf(file)], sequence: { groupOrder: i + 1 } })
)

/**
 * A project for each package, so that `--project` can choose it, and that a whole run begins each in new processes, which
 * stay small. To start a process, the kernel copies the page tables of its parent: that takes half a millisecond in a new
 * one, and 10 ms where the tests of all packages have run.
 */
const apart = [...packages, "site"].map((name) =>
  project(name, `packages/${name}`, {
    include: (everything[name] ?? []).map(fileOf),
    exclude: [...alone.map(([, file]) => fileOf(file)), ...excluded],
    // Installs what the tests with containers need, if it may.
    ...(name === "cli" ? { globalSetup: "test/install.ts" } : {})
  })
)

export default defineWorkspace(set !== undefined ? [together(set)] : [...apart, ...timed])
