/** Runs the tests that `main.mjs` names. */
import { defineConfig } from "vitest/config"
import workspace from "../../../vitest.workspace.js"
import { useMemory } from "../src/inMemory.js"

useMemory()

// `main.mjs` sets it.
const { tests } = JSON.parse(process.env["MUTATION"] ?? "") as { readonly tests: ReadonlyArray<string> }

const [project] = workspace

const indexOf = ({ moduleId }: { readonly moduleId: string }): number =>
  tests.findIndex((file) => moduleId.endsWith(file))

/** Runs the files in the order of `tests`. By default, Vitest starts with the largest file. */
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
    include: [...tests],
    testTimeout: 120_000,
    // Each change has a run of its own, which would load all modules again.
    isolate: false,
    sequence: { sequencer: InOrder },
    // The number of random inputs. It is small, since a change that makes a loop endless is only stopped after more
    // time than all its tests normally take.
    env: { RUNS: "500" }
  }
})
