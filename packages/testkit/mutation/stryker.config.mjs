/** `path` or `vfs`, or files of them, such as `vfs/src/internal/{copy,remove}.ts`. */
const mutated = process.env["MUTATED"] ?? "path"

/** The path of the report, relative to the repository. */
export const report = `node_modules/.cache/procfsroot/mutation-${mutated.split("/")[0]}.json`

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "packages/testkit/mutation/vitest.config.ts", related: false },
  mutate: [`packages/${mutated.includes("/") ? mutated : `${mutated}/src/**/*.ts`}`],
  inPlace: false,
  tempDirName: "node_modules/.cache/procfsroot/mutation",
  reporters: ["clear-text", "progress-append-only", "json"],
  // `main.mjs` prints the changes that were missed and are not listed.
  clearTextReporter: { reportMutants: false, reportTests: false },
  jsonReporter: { fileName: report },
  concurrency: 2,
  coverageAnalysis: "perTest",
  incremental: false,
  thresholds: { high: 98, low: 95, break: null }
}
