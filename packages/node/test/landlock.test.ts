/** A process can restrict itself by Landlock (`landlock(7)`). Then a root does what the kernel still permits. */
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import type { Right } from "@procfsroot/testkit/landlock"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"

interface Printed {
  readonly expected: Readonly<Record<string, unknown>>
  readonly answers: ReadonlyArray<{
    readonly option: unknown
    readonly outcomes: unknown
    readonly replaced: unknown
    readonly result: unknown
  }>
}

describe.skipIf(without("landlock"))("Landlock", () => {
  it.each<readonly [Right, Readonly<Record<string, unknown>>, string]>([
    // Directories can still be removed.
    ["removeFile", { "remove directories": "done", "remove files": "unlink EACCES" }, "EACCES"],
    // The kernel creates the file, and then refuses to open it.
    ["writeFile", { "write a new file": "open EACCES", list: ["f", "l", "l2", "new"] }, "EACCES"],
    // This includes the files of procfs.
    [
      "readFile",
      { stat: "size 14", "stat with bigint": "size 14", lstat: "size 1", readlink: "f", link: "done" },
      "done"
    ]
  ])("without the right %s", async (right, some, replaced) => {
    using directory = temporary()
    const program = await bundled(new URL("./programs/landlock.ts", import.meta.url))
    const printed = execFileSync(process.execPath, [program, right, directory.path], {
      encoding: "utf8",
      timeout: 60_000
    })
    const { answers, expected } = JSON.parse(printed) as Printed // what the program prints
    expect(expected).toMatchObject(some)
    const result = { path: "/f" }
    for (const answer of answers) {
      expect(answer).toEqual({ option: answer.option, outcomes: expected, replaced, result })
    }
  })
})
