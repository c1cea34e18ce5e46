/** Programs that are bundled into one file. They load koffi and the program of threads from the packages beside it. */
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { spawnSync } from "node:child_process"
import { expect, it } from "vitest"

it.skipIf(without("koffi")).each(["esm", "cjs"] as const)("a bundle in %s finds koffi and threads", async (format) => {
  const program = await bundled(new URL("./programs/bundled.ts", import.meta.url), format)
  const { stderr, stdout } = spawnSync(process.execPath, [program], { encoding: "utf8" })
  expect({ stderr, stdout }).toEqual({ stderr: "", stdout: "koffi\n" })
})
