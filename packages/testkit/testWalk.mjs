// `npm run test:walk`: runs the tests of `node` as if koffi were not installed. It leaves out the tests of
// features that need native calls, such as extended attributes and fifos, and those of races, which every normal
// run also does with the walk.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const native = [
  "comparison",
  "extendedAttributes",
  "koffi",
  "memoryMounts",
  "native",
  "nodeTree",
  "rootDirectory",
  "ways"
]
const excluded = [...native, "race", "watching", "writeFileAtomic"]

const { status } = spawnSync("npm", ["run", "--silent", "vitest", "--", "--project", "node"], {
  cwd: fileURLToPath(new URL("../../", import.meta.url)),
  env: {
    ...process.env,
    NODE_OPTIONS: `--require=${fileURLToPath(new URL("hideKoffi.cjs", import.meta.url))}`,
    EXCLUDED_TESTS: excluded.map((name) => `**/${name}.test.ts`).join(" ")
  },
  stdio: "inherit"
})
process.exitCode = status ?? 1
