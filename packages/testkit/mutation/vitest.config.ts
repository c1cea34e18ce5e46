/** Selects the tests that judge changes to the code that `MUTATED` names. */
import { defineConfig } from "vitest/config"
import workspace from "../../../vitest.workspace.js"
import { useMemory } from "../src/inMemory.js"

useMemory()

const files = (project: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => `packages/${project}/test/${name}.test.ts`)

/** The tests of the operations of `vfs`. */
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
  ...files("node", ["memoryContract", "fileHandle", "streams", "openRoot", "contract"])
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
 * The tests of the package itself, and those of other packages that run its code. They are quick ones, since
 * every test that reaches a change runs for it. Tests that run the code in another process are useless here,
 * since a change is only active in this process. The tests that notice most in the least time come first, since
 * the first failure ends a run.
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

/** Runs the files in the order of `include`. By default, Vitest starts with the largest file. */
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
    // The number of random inputs. It is small, since a change that makes a loop endless is only stopped after more
    // time than all its tests normally take.
    env: { RUNS: "500" }
  }
})
