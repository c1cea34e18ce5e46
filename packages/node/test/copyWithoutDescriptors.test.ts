/** A copy for which too few descriptors are free does not lose the file that it would replace, unlike Node's. */
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { openMemoryRoot } from "../src/index.js"

const program = fileURLToPath(new URL("programs/copiesWithFewDescriptors.mjs", import.meta.url))

describe("a copy onto a file while few descriptors are free", () => {
  it.each(["kernel", "walk"])("replaces or keeps it on a disk: %s", (strategy) => {
    using directory = temporary()
    const args = ["-c", `ulimit -n 300; exec "$0" "$@"`, process.execPath, program, directory.path, strategy]
    const { stderr, stdout } = spawnSync("sh", args, { encoding: "utf8" })
    expect(stdout || stderr).toBe("[\"EMFILE: old\",\"copied: new\"]\n")
  })

  it("keeps it in memory", async () => {
    const root = openMemoryRoot({ "/from": "new", "/to": "old" }, { limits: { openFiles: 1 } })
    await expect(root.promises.cp("/from", "/to")).rejects.toMatchObject({ code: "EMFILE", syscall: "copyfile" })
    expect(await root.promises.readFile("/to", "utf8")).toBe("old")
  })
})
