/** Links on a mount with the option `nosymfollow` (`mount(8)`) are not followed, as in the kernel. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { mountOption, without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"

interface Printed {
  readonly wrong: ReadonlyArray<unknown>
  readonly expected: ReadonlyArray<{ readonly result?: string; readonly code?: string }>
  readonly answers: ReadonlyArray<{ readonly option: unknown; readonly operations: ReadonlyArray<unknown> }>
}

describe.skipIf(without("openat2", mountOption("nosymfollow")))("a mount with nosymfollow", () => {
  it("has the same effect as in the kernel", async () => {
    using directory = temporary()
    materialize(directory.path, [
      { path: "/m", type: "dir" },
      // In UTF-8, this letter has the byte of a no-break space in Latin-1.
      { path: "/à", type: "dir" },
      { path: "/plain/f", type: "file" },
      { path: "/plain/l", type: "symlink", target: "f" },
      { path: "/plain/forbidden", type: "file" },
      { path: "/plain/out", type: "symlink", target: "../l" },
      { path: "/into", type: "symlink", target: "m/d" },
      { path: "/through", type: "symlink", target: "m/l/f" }
    ])
    const program = await bundled(new URL("./programs/unfollowable.ts", import.meta.url))
    const [unshare = "", ...args] = [...mounting, process.execPath, program, directory.path]
    const printed = execFileSync(unshare, args, { encoding: "utf8", timeout: 60_000 })
    const { answers, expected, wrong } = JSON.parse(printed) as Printed // what the program prints
    expect(wrong).toEqual([])
    expect(expected).toContainEqual({ code: "ELOOP" })
    expect(expected).toContainEqual({ result: "new" })
    for (const { operations, option } of answers) {
      expect({ option, operations }).toEqual({ option, operations: expected })
    }
  })
})
