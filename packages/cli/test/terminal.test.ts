/** Tests what the command prints on a terminal. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { onTerminal } from "./terminal.js"

describe.skipIf(without("terminal"))("on a terminal", () => {
  it("names are escaped", () => {
    using root = temporary()
    writeFileSync(`${root.path}/a\u001b]0;title\u0007\nb`, "")
    writeFileSync(`${root.path}/ümlaut`, "")
    symlinkSync("a\u001b]0;title\u0007\nb", `${root.path}/link`)
    expect(onTerminal(`$bin resolve --root ${root.path} link ümlaut`))
      .toBe(`"/a\\u001b]0;title\\u0007\\nb"\n/ümlaut\n`)
    expect(onTerminal(`$bin explain --root ${root.path} link`, { NO_COLOR: "1" })).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it("output is coloured unless NO_COLOR is set or the terminal is dumb", () => {
    expect(onTerminal("$bin explain --root / /")).toContain("\u001b[36m/\u001b[0m in the root /")
    expect(onTerminal("$bin explain --root / /", { NO_COLOR: "1" })).toContain("/ in the root /\nleads to /\n")
    expect(onTerminal("$bin explain --root / /", { TERM: "dumb" })).toContain("/ in the root /\nleads to /\n")
    expect(onTerminal("$bin explain --root / / | cat")).toContain("/ in the root /\nleads to /\n")
  })
})
