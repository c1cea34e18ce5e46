/** A program with roots ends, also if it has closed standard output or standard error, as a daemon does. */
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const program = fileURLToPath(new URL("programs/closesStreams.mjs", import.meta.url))

it.skipIf(without(onlyOnNode("koffi is loaded only in Node"))).each(["1", "2", "1 2", "0 2", "0 1 2"])(
  "a program that has closed the descriptors %s ends with its own status",
  (descriptors) => {
    const args = [program, ...descriptors.split(" ")]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 })
    expect({ status, stderr }).toEqual({ status: 7, stderr: "" })
  }
)
