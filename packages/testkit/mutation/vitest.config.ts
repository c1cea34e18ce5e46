/** The tests that judge the mutants of one package, which `MUTATED` names. */
import { defineConfig } from "vitest/config"
import workspace from "../../../vitest.workspace.js"

/**
 * Those of the package itself, and of others what runs its code: quick ones, since each mutant is judged by all that reach
 * it. What runs in a process of its own cannot judge, since a mutant is switched on in this one.
 */
const tests: Readonly<Record<string, ReadonlyArray<string>>> = {
  path: ["packages/path/test/{conformance,properties,surrogateEscape,walk,walkPolicies}.test.ts"],
  vfs: [
    "packages/vfs/test/**/*.test.ts",
    "packages/platform/test/memory{Conformance,Contract,Fault,File,Tree,Users}.test.ts",
    "packages/node/test/memory{Limits,Mounts,Root}.test.ts"
  ]
}

const name = process.env["MUTATED"] ?? "path"

const [project] = workspace

export default defineConfig({
  resolve: typeof project === "object" && "resolve" in project ? project.resolve ?? {} : {},
  test: { include: [...tests[name] ?? []], testTimeout: 120_000 }
})
