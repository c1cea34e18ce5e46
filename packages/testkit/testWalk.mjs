// `npm run test:walk`: the tests of `node` as if koffi were not installed, without those of what takes native calls, such as
// extended attributes and fifos, and without races, which every run tries by the walk as well.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const native = ["comparison", "extendedAttributes", "koffi", "memoryMounts", "native", "nodeTree", "rootDirectory"]
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
