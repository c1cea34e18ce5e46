/** The tests that judge the changes to what `MUTATED` names. */
import { defineConfig } from "vitest/config"
import workspace from "../../../vitest.workspace.js"

const files = (project: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => `packages/${project}/test/${name}.test.ts`)

/** Those of the operations of `vfs`. */
const operations = [
  ...files("vfs", [
    "shared",
    "protection",
    "pathPolicy",
    "readOnly",
    "copy",
    "names",
    "failing",
    "wholePaths",
    "others",
    "writeFileAtomic",
    "handles",
    "running"
  ]),
  ...files("platform", ["memoryFault", "memoryFile"]),
  // The last ones run them over descriptors, whose paths the kernel opens.
  ...files("node", ["memoryContract", "fileHandle", "streams", "nodeTree", "openRoot", "contract"])
]

const host = [
  ...files("vfs", ["hostFileSystem"]),
  ...files("platform", ["policies", "rootFileSystemUnit", "rootFileSystem"])
]

const memory = [
  ...files("vfs", ["imitating", "treeDiff", "crash"]),
  ...files("platform", ["memoryConformance", "memoryTree", "memoryUsers"])
]

/**
 * Those of the package itself, and of others what runs its code: quick ones, since each change is judged by all that
 * reach it. What runs in a process of its own cannot judge, since a change is switched on in this one. Those that notice
 * most in the least time come first, since the first failure ends a run.
 */
const testsOf = (mutated: string): ReadonlyArray<string> => {
  if (mutated.startsWith("path")) {
    return files("path", ["conformance", "walk", "series", "moves", "trailing", "walkPolicies", "surrogateEscape"])
  }
  if (mutated.startsWith("vfs/src/internal/host/")) return host
  if (mutated.startsWith("vfs/src/internal/memory/")) return [...operations, ...memory]
  return mutated === "vfs" ? [...operations, ...host, ...memory] : operations
}

const include = testsOf(process.env["MUTATED"] ?? "path")

const [project] = workspace

const indexOf = ({ moduleId }: { readonly moduleId: string }): number =>
  include.findIndex((file) => moduleId.endsWith(file))

/** Vitest would begin with the largest file. */
class InOrder {
  sort<File extends { readonly moduleId: string }>(files: Array<File>): Array<File> {
    return files.toSorted((a, b) => indexOf(a) - indexOf(b))
  }

  shard<File>(files: Array<File>): Array<File> {
    return files
  }
}

export default defineConfig({
  resolve: typeof project === "object" && "resolve" in project ? project.resolve ?? {} : {},
  test: {
    include: [...include],
    testTimeout: 120_000,
    sequence: { sequencer: InOrder },
    // Of random inputs. A change that makes a loop endless takes as long as all its tests, and more.
    env: { RUNS: "500" }
  }
})
