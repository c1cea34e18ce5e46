/** Errors of file systems that cannot keep what the command writes: to standard output, or as a copy. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { limitedTmpfs } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { run, shell } from "./command.js"

describe.skipIf(without("fuse"))("an output that fails when it is closed", () => {
  it.each([
    ["cat", "$bin cat --root \"$1\" /f"],
    ["cat with a time limit", "$bin cat --timeout 60 --root \"$1\" /f"],
    ["cp to an archive", "$bin cp \"$1/f\" -"],
    ["find", "$bin find --root \"$1\" /"],
    ["resolve", "$bin resolve --root \"$1\" /f"],
    ["help", "$bin --help"]
  ])("is reported once: %s", async (_, script) => {
    await using fuse = await startFuse()
    using root = temporary()
    writeFileSync(`${root.path}/f`, "content")
    const { status, stderr } = shell(`${script} > "$2"`, [root.path, `${fuse.path}/failClose`])
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "The results cannot be written to standard output: i/o error (EIO).\n"
    })
  })
})

describe.skipIf(without("mountHere"))("a copy for which there is no space", () => {
  it("is reported as a problem of the destination, and leaves nothing behind", () => {
    using full = limitedTmpfs("size=8192")
    using root = temporary()
    mkdirSync(`${root.path}/d`)
    writeFileSync(`${root.path}/d/a`, "x".repeat(16_384))
    writeFileSync(`${root.path}/d/b`, "small")
    const why = "its copy cannot be made: no space left on device (ENOSPC)"
    const { status, stderr } = run(["cp", `${root.path}/d/.`, full.path])
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${root.path}/d/./a was not copied: ${why}.\n` })
    const unpacked = shell("tar -C \"$1\" -c d | $bin cp - \"$2\"", [root.path, full.path])
    expect({ status: unpacked.status, stderr: unpacked.stderr }).toEqual({
      status: 1,
      stderr: `d/a was not copied: ${why}.\n`
    })
    expect(readdirSync(full.path)).toEqual(["b", "d"])
  })
})

describe.skipIf(without("fuse"))("a file system that writes 0 bytes", () => {
  it("is taken for a full one", async () => {
    await using fuse = await startFuse()
    using root = temporary()
    writeFileSync(`${root.path}/f`, "content")
    const script = `timeout -s KILL 20 $bin cp "$1/f" "pid:${fuse.pid}:${fuse.place}/writesNothing"`
    const { status, stderr } = shell(script, [root.path])
    const why = "its copy cannot be made: no space left on device (ENOSPC)"
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${root.path}/f was not copied: ${why}.\n` })
  })
})
