/** Checks that the manual page and `docs/command.md` agree with the options of the commands. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { commands } from "../src/commands.js"
import { markdown } from "../src/manual.js"
import { spelled } from "../src/options.js"

it("the manual page contains every command and option", () => {
  const page = readFileSync(fileURLToPath(new URL("../dist/procfsroot.1", import.meta.url)), "utf8")
  for (const { name, options } of commands) {
    expect(page).toContain(`.SS ${name}\n`)
    for (const option of Object.keys(options)) expect(page).toContain(spelled(option).replaceAll("-", "\\-"))
  }
})

it("the manual page says what WHERE is, and how to get help", () => {
  const page = readFileSync(fileURLToPath(new URL("../dist/procfsroot.1", import.meta.url)), "utf8")
  const description = /^\.SH DESCRIPTION\n(.*?)^\.SH /ms.exec(page)?.[1]?.replaceAll("\\-", "-")
  for (const word of ["WHERE", "--container NAME", "--pid PID", "--root DIR", "--help", "--version", "--"]) {
    expect(description).toContain(word)
  }
})

it("the manual page has no empty paragraphs, of which mandoc -T lint warns", () => {
  const page = readFileSync(fileURLToPath(new URL("../dist/procfsroot.1", import.meta.url)), "utf8")
  expect(page).not.toMatch(/^\.S[HS] .*\n\.(P|br)$|^\.(P|br)\n\.S[HS] /m)
})

// After a change of the options: npx vitest run --project cli -u packages/cli/test/manual.test.ts
it("docs/command.md is up to date", async () => {
  await expect(markdown(commands)).toMatchFileSnapshot("../../../docs/command.md")
})
