/** Tests copies from a file system whose answers are unusual. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { run } from "../command.js"

describe.skipIf(without("fuse"))("a copy of a file", () => {
  it.each(["interrupted", "wrongSize", "manyBlocks"])("is complete: %s", async (name) => {
    await using fuse = await startFuse()
    using copies = temporary()
    const copy = `${copies.path}/copy`
    expect(run(["cp", `pid:${fuse.pid}:${fuse.place}/${name}`, copy]).status).toBe(0)
    expect(readFileSync(copy, "utf8")).toBe("hello")
  })

  it.each(["copy", "-"])("without extended attributes loses none: %s", async (to) => {
    await using fuse = await startFuse()
    using copies = temporary()
    const from = `pid:${fuse.pid}:${fuse.place}`
    const { status, stderr } = run(["cp", `${from}/file`, `${from}/untyped`, to === "-" ? to : copies.path])
    expect(status).toBe(0)
    expect(String(stderr)).toBe("")
  })

  it("is complete in an archive, even if reading it is interrupted", async () => {
    await using fuse = await startFuse()
    const { status, stdout } = run(["cp", `pid:${fuse.pid}:${fuse.place}/interrupted`, "-"])
    expect(status).toBe(0)
    expect(String(stdout)).toContain("hello")
  })
})
