/** Reads files of a file system that reports an interruption, as a FUSE server may. GNU `cat` and `tar` read again. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"
import { shell } from "./command.js"

describe.skipIf(without("fuse"))("a file whose reading is interrupted", () => {
  it.each([
    ["is printed", "$bin cat --root \"$1\" /interrupted", "hello"],
    ["is standard input", "$bin resolve --root \"$1\" --missing last --stdin < \"$1/interrupted\"", "/hello\n"]
  ])("%s", async (_, script, printed) => {
    await using fuse = await startFuse()
    const { status, stderr, stdout } = shell(script, [fuse.path])
    expect({ status, stderr, stdout: stdout.toString() }).toEqual({ status: 0, stderr: "", stdout: printed })
  })
})
