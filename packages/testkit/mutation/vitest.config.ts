/** Runs the tests that `main.mjs` names. */
import { defineConfig } from "vitest/config"
import workspace from "../../../vitest.workspace.js"
import { useMemory } from "../src/inMemory.js"

useMemory()

const [project] = workspace

export default defineConfig({
  resolve: typeof project === "object" && "resolve" in project ? project.resolve ?? {} : {},
  test: {
    include: ["packages/testkit/mutation/together.test.ts"],
    testTimeout: 120_000,
    // The number of random inputs. It is small, since a change that makes a loop endless is only stopped after more
    // time than all its tests normally take.
    env: { RUNS: "500" }
  }
})
