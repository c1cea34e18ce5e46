/** Runs the tests of the site separately: they build the site first, which takes too long for `npm test`. */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    name: "site",
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["test/*.test.ts"],
    globalSetup: "test/build.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
