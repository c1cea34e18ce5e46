/** The tests of the site. They are not part of `npm test`, because building the site takes too long. */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    name: "site",
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["test/*.test.ts"],
    globalSetup: "test/build.ts",
    testTimeout: 120_000
  }
})
