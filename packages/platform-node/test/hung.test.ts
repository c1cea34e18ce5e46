/**
 * A mount inside the root that never responds: with `offMainThread`, it holds up only the operations on its own files.
 */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { spawnSync } from "node:child_process"
import { strategies as fileStrategies } from "./fileSystems.js"
import { strategies } from "./strategies.js"

const gaveUp = ["TimeoutException", "ticked"]

describe.skipIf(without("fuse"))("a hung mount", () => {
  it("holds up only the threads that use it", async () => {
    using directory = temporary()
    materialize(directory.path, [
      { path: "/ok", type: "file" },
      { path: "/toOk", type: "symlink", target: "/ok" },
      { path: "/hung", type: "dir" },
      { path: "/into", type: "symlink", target: "/hung/deep" }
    ])
    const program = await bundled(new URL("./programs/hung.ts", import.meta.url))
    const [unshare = "", ...args] = [...mounting, process.execPath, program, directory.path]
    const run = spawnSync(unshare, args, {
      encoding: "utf8",
      // If the program hangs, this test does not.
      timeout: 60_000,
      killSignal: "SIGKILL",
      // Node's own pool has a single thread, which stays free.
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" }
    })
    expect(JSON.parse(run.stdout || JSON.stringify({ error: run.stderr }))).toEqual({
      answers: strategies.filter(({ offMainThread }) => offMainThread).map(({ name }) => ({
        name,
        resolve: gaveUp,
        locate: gaveUp,
        batch: gaveUp,
        inside: gaveUp,
        meanwhile: "/ok",
        all: ["Right", "Left"],
        sixteen: gaveUp,
        other: "/ok",
        pool: "free"
      })),
      files: fileStrategies.map(({ name }) => ({
        name,
        stat: gaveUp,
        copy: gaveUp,
        open: gaveUp,
        stream: gaveUp,
        sink: gaveUp,
        subRoot: gaveUp,
        openDescriptor: gaveUp,
        sixteen: gaveUp,
        meanwhile: ["/a", "/b"],
        file: "File",
        pool: "free"
      })),
      left: 0
    })
  })
})
