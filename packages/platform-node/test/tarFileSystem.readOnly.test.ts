/** Compares the errors of changes in an archive with those of the kernel on a read-only mount. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"

describe.skipIf(without("mount"))("an archive and a read-only mount", () => {
  it("have the same result in every case of the contract", async () => {
    using directory = temporary()
    const program = await bundled(new URL("./programs/readOnlyMount.ts", import.meta.url))
    const [unshare = "", ...args] = [...mounting, process.execPath, program, directory.path]
    const printed = execFileSync(unshare, args, { encoding: "utf8", timeout: 100_000, maxBuffer: 1 << 26 })
    const { asked, differing, refused } = JSON.parse(printed)
    expect(asked).toBeGreaterThan(9_000)
    expect(refused).toBeGreaterThan(1_000)
    expect(differing).toEqual([])
  })
})
