import { fileURLToPath } from "node:url"
import { defineWorkspace } from "vitest/config"
import { type TestSet, testSets } from "./packages/testkit/src/testSets.js"

const src = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/`, import.meta.url))

/** Tests run against the sources. The command, the demo and the benchmark run the built packages. */
const alias = ["path", "vfs", "node", "platform-node", "platform", "effect4", "testkit"].flatMap((name) => [
  { find: new RegExp(`^@procfsroot/${name}$`), replacement: `${src(name)}index.ts` },
  { find: new RegExp(`^@procfsroot/${name}/node$`), replacement: `${src(name)}node/index.ts` },
  { find: new RegExp(`^@procfsroot/${name}/`), replacement: src(name) }
])

const project = (name: string, directory: string, test: object) => ({
  resolve: { alias },
  test: { name, root: `packages/${directory}`, testTimeout: 120_000, ...test }
})

/** These measure how long timers wait, so each of them runs alone, after all others. */
const alone = [["platform", "eventLoop"], ["platform-node", "fairness"]] as const

/** More files to exclude: Vitest's `--exclude` has no effect on projects. */
const excluded = (process.env["EXCLUDED_TESTS"] ?? "").split(/\s+/).filter((pattern) => pattern !== "")

const fileOf = (name: string) => `test/${name}.test.ts`

/** `TESTS` selects a set of tests. */
const wanted = process.env["TESTS"]

const set = wanted === undefined ? undefined : testSets[wanted]

if (wanted !== undefined && set === undefined) throw new Error(`There is no set of tests ${JSON.stringify(wanted)}`)

const packages = ["path", "vfs", "node", "platform", "platform-node", "effect4", "cli", "testkit", "benchmark"]

/**
 * One project for all packages of a set: Vitest waits for the last file of a project before it begins the next one, in
 * new processes, which load all modules again.
 */
const together = (set: TestSet) =>
  project("together", ".", {
    include: Object.entries(set).flatMap(([name, files]) => files.map((file) => `${name}/${fileOf(file)}`)),
    exclude: excluded
  })

const apart = [
  ...packages.map((name) =>
    project(name, name, {
      include: [fileOf("**/*")],
      exclude: [...alone.map(([, file]) => fileOf(file)), ...excluded],
      ...(name === "cli" ? { globalSetup: "test/install.ts" } : {})
    })
  ),
  // Only the tests that need neither a browser nor the built site. `npm run test:site` runs the others.
  project("site", "site", { include: [fileOf("walk/**/*")], exclude: excluded }),
  ...alone.map(([directory, file], i) =>
    project(file, directory, { include: [fileOf(file)], sequence: { groupOrder: i + 1 } })
  )
]

export default defineWorkspace(set === undefined ? apart : [together(set)])
