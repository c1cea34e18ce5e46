/** Checks that the completions, the manual page and `docs/command.md` agree with the options of the commands. */
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commands } from "../src/commands.js"
import { markdown } from "../src/manual.js"
import { spelled } from "../src/options.js"
import { lines, run } from "./command.js"

const optionsOf = (name: string): ReadonlyArray<string> =>
  Object.keys(commands.find((command) => command.name === name)?.options ?? {}).map(spelled)

const program = (name: string) =>
  judge(() => spawnSync(name, ["--version"]).error === undefined ? undefined : `${name} is not installed`)

const bash = program("bash")

const directory = temporary()
const script = `${directory.path}/completion`
beforeAll(() => writeFileSync(script, run(["completion", "bash"]).stdout))
afterAll(() => directory[Symbol.dispose]())

/** What bash completes after these words. */
const completed = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const ask = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _procfsroot; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stderr, stdout } = spawnSync("bash", ["-c", ask, script, "procfsroot", ...words], { encoding: "utf8" })
  expect(stderr).toBe("")
  return lines(stdout)
}

describe.skipIf(without(bash))("bash completes", () => {
  it("commands", () => {
    expect(completed("").toSorted()).toEqual(commands.map(({ name }) => name).toSorted())
    expect(completed("expl")).toEqual(["explain"])
  })

  it.each(commands)("the options of $name", ({ name }) => {
    const words = completed(name, "-")
    for (const option of optionsOf(name)) expect(words).toContain(option)
  })

  it("the values of an option", () => {
    expect(completed("resolve", "--containment", "")).toEqual(["clamp", "reject", "beneath"])
    expect(completed("resolve", "--root", "/pro")).toEqual(["/proc"])
  })
})

it.each(["zsh", "fish"])("the completion for %s contains every command and option", (shell) => {
  const script = run(["completion", shell]).stdout.toString()
  for (const { name, options } of commands) {
    expect(script).toContain(name)
    for (const option of Object.keys(options)) expect(script).toContain(option)
  }
})

it("an unknown shell is wrong usage", () => {
  expect(run(["completion", "csh"])).toMatchObject({ status: 2, stderr: "A shell is one of bash, zsh, fish.\n" })
})

it("the manual page contains every command and option", () => {
  const page = readFileSync(fileURLToPath(new URL("../dist/procfsroot.1", import.meta.url)), "utf8")
  for (const { name, options } of commands) {
    expect(page).toContain(`.SS ${name}\n`)
    for (const option of Object.keys(options)) expect(page).toContain(spelled(option).replaceAll("-", "\\-"))
  }
})

// After a change of the options: npx vitest run --project cli -u packages/cli/test/manual.test.ts
it("docs/command.md is up to date", async () => {
  await expect(markdown(commands)).toMatchFileSnapshot("../../../docs/command.md")
})
