/** `main.mjs` says what is changed, which tests judge, and where the report is written. */
const { mutate, report } = JSON.parse(process.env["MUTATION"])

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "packages/testkit/mutation/vitest.config.ts", related: false },
  mutate,
  inPlace: false,
  // Vitest does not check types. With a comment in each file, the kept answers of the kernel would be those of another
  // program.
  disableTypeChecks: false,
  tempDirName: "node_modules/.cache/procfsroot/mutation",
  reporters: ["clear-text", "progress-append-only", "json"],
  // `main.mjs` prints the changes that were missed and are not listed.
  clearTextReporter: { reportMutants: false, reportTests: false },
  jsonReporter: { fileName: report },
  concurrency: 2,
  // Long, so that a busy machine is not taken for an endless loop, which counts as noticed.
  timeoutMS: 15_000,
  coverageAnalysis: "perTest",
  incremental: false,
  thresholds: { high: 98, low: 95, break: null }
}
