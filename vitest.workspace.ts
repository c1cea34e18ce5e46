import { fileURLToPath } from "node:url"
import { defineWorkspace } from "vitest/config"

const src = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/`, import.meta.url))

/** Tests run against the sources; the built packages are what the command, the demo and the benchmark run. */
const alias = ["path", "vfs", "node", "platform-node", "platform", "effect4", "testkit"].flatMap((name) => [
  { find: new RegExp(`^@procfsroot/${name}$`), replacement: `${src(name)}index.ts` },
  { find: new RegExp(`^@procfsroot/${name}/node$`), replacement: `${src(name)}node/index.ts` },
  { find: new RegExp(`^@procfsroot/${name}/`), replacement: src(name) }
])

export default defineWorkspace(
  ["path", "vfs", "node", "platform", "platform-node", "effect4", "cli", "testkit"].map((name) => ({
    resolve: { alias },
    test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"], testTimeout: 120_000 }
  }))
)
