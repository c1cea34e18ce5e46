/** Runs the projects of the workspace with our own reporter. */
import { defineConfig } from "vitest/config"
import projects from "../../vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    reporters: ["./packages/testkit/src/report/reporter.ts"]
  }
})
