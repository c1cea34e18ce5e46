/** The projects of the workspace, with a report that is easy to follow. */
import { defineConfig } from "vitest/config"
import projects from "../../vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    reporters: ["./packages/testkit/src/report/reporter.ts"]
  }
})
