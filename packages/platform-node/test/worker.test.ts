/**
 * Roots in a Worker cause no warnings. Node keeps a list of the descriptors that a Worker opens, and warns if others
 * close them, or if it closes others.
 */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { atRest, descriptors } from "./fileSystems.js"

describe.skipIf(without("koffi"))("in a Worker", () => {
  it("descriptors are closed by the thread that opened them, without a warning, and none stays open", async () => {
    using directory = temporary()
    materialize(directory.path, [{ path: "/d/f", type: "file" }, { path: "/l", type: "symlink", target: "d" }])
    const program = await bundled(new URL("./programs/worker.ts", import.meta.url))
    const before = await atRest()
    const worker = new Worker(program, { workerData: directory.path })
    const exit = once(worker, "exit")
    const [warnings] = await once(worker, "message")
    expect(warnings).toEqual([])
    expect(await exit).toEqual([0])
    expect(descriptors()).toBe(before)
  })
})
