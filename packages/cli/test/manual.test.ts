/** Checks that the completions, the manual page and `docs/command.md` agree with the options of the commands. */
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commands } from "../src/commands.js"
import { markdown } from "../src/manual.js"
import { spelled } from "../src/options.js"
import { lines, run } from "./command.js"
import { typedOn } from "./terminal.js"

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
    expect(completed("resolve", "--containment", "=", "be")).toEqual(["beneath"])
    expect(completed("find", "-type", "")).toEqual(["f", "d", "l", "p", "s", "b", "c"])
    expect(completed("find", "-na")).toEqual(["--name"])
    expect(completed("ls", "-l")).toEqual(["-l"])
  })

  it("the shells", () => {
    expect(completed("completion", "")).toEqual(["bash", "zsh", "fish"])
    expect(completed("completion", "z")).toEqual(["zsh"])
  })

  it("no options where a value or an operand is expected", () => {
    for (const option of ["--pid", "--container", "--timeout", "-pid"]) {
      expect(completed("ls", option, "")).toEqual([""])
      expect(completed("ls", option, "=")).toEqual([""])
    }
    expect(completed("ls", "--", "-")).toEqual([""])
    expect(completed("cp", "")).toEqual([""])
  })
})

describe.skipIf(without(bash, "terminal"))("bash on a terminal completes", () => {
  const tree = temporary()
  beforeAll(() => {
    for (const name of ["my dir/sub dir", "o'ther", "image"]) mkdirSync(`${tree.path}/${name}`, { recursive: true })
    for (const name of ["my file", "zero", "image/f*x"]) writeFileSync(`${tree.path}/${name}`, "")
  })
  afterAll(() => tree[Symbol.dispose]())

  /** The words of a line that was typed, with a tab wherever something is completed. */
  const typed = (line: string): ReadonlyArray<string> => {
    const words = `${directory.path}/words`
    const input = `. ${script}; procfsroot() { printf '%s\\n' "$@" > ${words}; }\n${line}\nexit\n`
    expect(typedOn("bash --norc --noprofile -i", input, tree.path).status).toBe(0)
    return lines(readFileSync(words, "utf8"))
  }

  it.each([
    ["ls --root my\ts\t", ["ls", "--root", "my dir/sub dir/"]],
    ["ls --root=my\ts\t", ["ls", "--root=my dir/sub dir/"]],
    ["ls --root z\t", ["ls", "--root", "z"]],
    ["diff --root im\t --against o\t", ["diff", "--root", "image/", "--against", "o'ther/"]],
    ["cp my\\ f\t im\tf\t z\t", ["cp", "my file", "image/f*x", "zero"]],
    ["cp \"my f\t -- z\t", ["cp", "my file", "--", "zero"]],
    ["cp web:/e\t z\t", ["cp", "web:/e", "zero"]],
    ["ls --cont\tweb", ["ls", "--container", "web"]],
    ["find / -na\tx -print\t", ["find", "/", "--name", "x", "--print0"]]
  ])("%j", (line, words) => {
    expect(typed(`procfsroot ${line}`)).toEqual(words)
  })
})

it("zsh and fish complete files and shells as operands", () => {
  const zsh = run(["completion", "zsh"]).stdout.toString()
  expect(zsh).toContain("'*:operand:_files'")
  expect(zsh).toContain("'*:operand:(bash zsh fish)'")
  expect(zsh).toContain(":PLACE:_files'")
  const fish = lines(run(["completion", "fish"]).stdout)
  expect(fish).toContain("complete -c procfsroot -n '__fish_seen_subcommand_from cp' -F")
  expect(fish).toContain("complete -c procfsroot -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'")
})

it.each(["zsh", "fish"])("the completion for %s contains every command and option", (shell) => {
  const script = run(["completion", shell]).stdout.toString()
  for (const { name, options } of commands) {
    expect(script).toContain(name)
    for (const option of Object.keys(options)) expect(script).toContain(option)
  }
})

it("an unknown shell is wrong usage", () => {
  expect(run(["completion", "csh"])).toMatchObject({
    status: 2,
    stderr: "There are no completions for the shell \"csh\"; use one of bash, zsh, fish.\n"
  })
})

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

it("each shell has an example", () => {
  const words = commands.find(({ name }) => name === "completion")?.examples.map(({ words }) => words.split(" ")[1])
  expect(words).toEqual(["bash", "zsh", "fish"])
})

// After a change of the options: npx vitest run --project cli -u packages/cli/test/manual.test.ts
it("docs/command.md is up to date", async () => {
  await expect(markdown(commands)).toMatchFileSnapshot("../../../docs/command.md")
})
