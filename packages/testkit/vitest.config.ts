/** Runs all projects of the workspace, with the short report of `report/reporter.ts`. */
import { defineConfig } from "vitest/config"
import projects from "../../vitest.workspace.js"
import { useMemory } from "./src/inMemory.js"

useMemory()

export default defineConfig({
  test: {
    projects,
    reporters: ["./packages/testkit/src/report/reporter.ts"]
  }
})
