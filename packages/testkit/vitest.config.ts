/** Runs all projects of the workspace, with the short report of `report/reporter.ts`. */
import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import projects from "../../vitest.workspace.js"
import { useMemory } from "./src/inMemory.js"
import { LongestFirst } from "./src/longestFirst.js"

useMemory()

// Each Node process that starts reads these certificates, which takes longer than the rest of the start, and the tests
// start thousands. None of them connects to another machine.
delete process.env["NODE_EXTRA_CA_CERTS"]

/** One more process than cores, since some tests wait for timers or other processes. */
const workers = availableParallelism() + 1

const isShuffled = process.argv.some((argument) => argument.startsWith("--sequence.shuffle"))

export default defineConfig({
  test: {
    projects,
    // The test files of a package share their processes: loading the modules for each file takes a minute in all.
    isolate: false,
    maxWorkers: workers,
    // With fewer, Vitest ends processes that have nothing left to do, and fails if it asks one of them twice (Tinypool).
    minWorkers: workers,
    // Vitest shuffles files with a sequencer of its own.
    ...(isShuffled ? {} : { sequence: { sequencer: LongestFirst } }),
    reporters: ["./packages/testkit/src/report/reporter.ts"]
  }
})
