const name = process.env["MUTATED"] ?? "path"

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "packages/testkit/mutation/vitest.config.ts", related: false },
  mutate: [`packages/${name}/src/**/*.ts`],
  inPlace: false,
  tempDirName: "node_modules/.cache/procfsroot/mutation",
  reporters: ["clear-text", "progress-append-only", "json"],
  jsonReporter: { fileName: `node_modules/.cache/procfsroot/mutation-${name}.json` },
  concurrency: 2,
  coverageAnalysis: "perTest",
  incremental: false,
  thresholds: { high: 98, low: 95, break: 95 }
}
