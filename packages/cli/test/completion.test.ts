/** Checks that shells complete commands, options and operands, with the scripts that the command prints. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commands } from "../src/commands.js"
import { spelled } from "../src/options.js"
import { installed, lines, run } from "./command.js"
import { typedOn } from "./terminal.js"

const optionsOf = (name: string): ReadonlyArray<string> =>
  Object.keys(commands.find((command) => command.name === name)?.options ?? {}).map(spelled)

const bash = installed("bash", "REQUIRE_JUDGES")

const directory = temporary()
const script = (shell: string): string => `${directory.path}/${shell}/_procfsroot`
beforeAll(() => {
  for (const shell of ["bash", "zsh", "fish"]) {
    mkdirSync(`${directory.path}/${shell}`)
    writeFileSync(script(shell), run(["completion", shell]).stdout)
  }
})
afterAll(() => directory[Symbol.dispose]())

const tree = temporary()
beforeAll(() => {
  for (const name of ["my dir/sub dir", "o'ther", "image"]) mkdirSync(`${tree.path}/${name}`, { recursive: true })
  for (const name of ["my file", "zero", "image/f*x"]) writeFileSync(`${tree.path}/${name}`, "")
})
afterAll(() => tree[Symbol.dispose]())

/** What `procfsroot ps --quiet` prints in these tests. */
const containers = "printf '%s\\n' web-1 shop/web-0/app"

/** The words of lines that were typed into a shell, with a tab wherever something is completed. */
const typed = (shell: string, setUp: string, typing: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const words = `${directory.path}/words`
  writeFileSync(words, "")
  const keep = `procfsroot() { if [ "$1" = ps ]; then ${containers}; else printf '%s\\n' "$@" "" >> ${words}; fi; }`
  const input = [setUp, keep, ...typing.map((line) => `procfsroot ${line}`), "exit", ""].join("\n")
  expect(typedOn(shell, input, tree.path).status).toBe(0)
  return readFileSync(words, "utf8").trimEnd().split("\n\n").map((line) => line.split("\n"))
}

/** What bash completes after these words. */
const completed = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const ask =
    `. "$0"; procfsroot() { ${containers}; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _procfsroot; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stderr, stdout } = spawnSync("bash", ["-c", ask, script("bash"), "procfsroot", ...words], {
    encoding: "utf8"
  })
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

  it("containers", () => {
    expect(completed("ls", "--container", "")).toEqual(["web-1", "shop/web-0/app"])
    expect(completed("ls", "--container", "=", "sh")).toEqual(["shop/web-0/app"])
    expect(completed("cat", "-container", "w")).toEqual(["web-1"])
  })

  it("places: containers and files", () => {
    expect(completed("cp", "we")).toEqual(["web-1:"])
    expect(completed("cp", "nothing")).toEqual([""])
    expect(completed("diff", "--against", "")).toEqual(expect.arrayContaining(["web-1:", "README.md"]))
  })

  it("the shells", () => {
    expect(completed("completion", "")).toEqual(["bash", "zsh", "fish"])
    expect(completed("completion", "z")).toEqual(["zsh"])
  })

  it("no options where a value or an operand is expected", () => {
    for (const option of ["--pid", "--timeout", "-pid"]) {
      expect(completed("ls", option, "")).toEqual([""])
      expect(completed("ls", option, "=")).toEqual([""])
    }
    expect(completed("ls", "--", "-")).toEqual([""])
    expect(completed("cp", "web", ":")).toEqual([""])
  })
})

describe.skipIf(without("terminal"))("on a terminal, words are completed", () => {
  it.skipIf(without(bash))("by bash", () => {
    const answers = {
      "ls --root my\ts\t": ["ls", "--root", "my dir/sub dir/"],
      "ls --root=my\ts\t": ["ls", "--root=my dir/sub dir/"],
      "ls --root z\t": ["ls", "--root", "z"],
      "diff --root im\t --against o\t": ["diff", "--root", "image/", "--against", "o'ther/"],
      "cp my\\ f\t im\tf\t z\t": ["cp", "my file", "image/f*x", "zero"],
      "cp \"my f\t -- z\t": ["cp", "my file", "--", "zero"],
      "cp web:/e\t z\t": ["cp", "web:/e", "zero"],
      "cp w\t/e z\t": ["cp", "web-1:/e", "zero"],
      "ls --cont\tweb": ["ls", "--container", "web"],
      "ls --container w\t / --pi\t7": ["ls", "--container", "web-1", "/", "--pid", "7"],
      "ls --container=s\t": ["ls", "--container=shop/web-0/app"],
      "find / -na\tx -print\t": ["find", "/", "--name", "x", "--print0"]
    }
    const words = typed("bash --norc --noprofile -i", `. ${script("bash")}`, Object.keys(answers))
    expect(words).toEqual(Object.values(answers))
  })

  // At the end of a line, zsh removes the slash after a directory.
  it.skipIf(without(installed("zsh", "REQUIRE_PROGRAMS")))("by zsh", () => {
    const answers = {
      "comp\t z\t": ["completion", "zsh"],
      "ls --root my\ts\t /": ["ls", "--root", "my dir/sub dir", "/"],
      "ls --root=my\ts\t /": ["ls", "--root=my dir/sub dir", "/"],
      "ls --ro\tim\t": ["ls", "--root=image"],
      "diff / --ag\to\t": ["diff", "/", "--against=o'ther"],
      "cp my\\ f\t im\tf\t z\t --dry\t": ["cp", "my file", "image/f*x", "zero", "--dry-run"],
      "cp find --no-own\t": ["cp", "find", "--no-owner"],
      "cp w\t/e web-1:z\t z\t": ["cp", "web-1:/e", "web-1:z", "zero"],
      "ls -lR --cont\tweb": ["ls", "-lR", "--container=web"],
      "ls -lR --cont\ts\t /": ["ls", "-lR", "--container=shop/web-0/app", "/"],
      "ls --container w\t": ["ls", "--container", "web-1"],
      "stat --js\t": ["stat", "--json"],
      "stat --he\t": ["stat", "--help"],
      "resolve --containment be\t /": ["resolve", "--containment", "beneath", "/"],
      "find / -na\tx -print\t": ["find", "/", "--name=x", "--print0"],
      "find / -newer x -ty\tf": ["find", "/", "-newer", "x", "--type=f"]
    }
    const setUp = `fpath=(${directory.path}/zsh $fpath); autoload -Uz compinit; compinit -D -u`
    expect(typed("zsh -f -i", setUp, Object.keys(answers))).toEqual(Object.values(answers))
  })
})

describe.skipIf(without(installed("fish", "REQUIRE_PROGRAMS")))("fish completes", () => {
  /** What fish completes at the end of a line. Descriptions come after a tab. */
  const offered = (line: string): ReadonlyArray<string> => {
    const ask = `source $argv[1]; function procfsroot; ${containers}; end; complete --do-complete $argv[2]`
    const { stderr, stdout } = spawnSync("fish", ["--no-config", "--command", ask, script("fish"), line], {
      cwd: tree.path,
      encoding: "utf8",
      env: { ...process.env, HOME: directory.path }
    })
    expect(stderr).toBe("")
    return lines(stdout).flatMap((line) => line.split("\t").slice(0, 1)).filter((word) => word !== "")
  }

  it("commands", () => {
    expect(offered("procfsroot ").toSorted()).toEqual(commands.map(({ name }) => name).toSorted())
    expect(offered("procfsroot expl")).toEqual(["explain"])
  })

  it.each(commands)("the options of $name, and no others", ({ name, options }) => {
    const long = [...Object.keys(options).filter((option) => option.length > 1), "help"].map((option) => `--${option}`)
    expect(offered(`procfsroot ${name} find --`).toSorted()).toEqual(long.toSorted())
  })

  it.each([
    ["ls --root im", ["image/"]],
    ["ls --root=im", ["--root=image/"]],
    ["cp z", ["zero"]],
    ["cp find z", ["zero"]],
    ["cp w", ["web-1:"]],
    ["ls ", []],
    ["ls --pid ", []],
    ["ls --container w", ["web-1"]],
    ["ls --container=s", ["--container=shop/web-0/app"]],
    ["resolve --containment be", ["beneath"]],
    ["completion ", ["bash", "fish", "zsh"]]
  ])("%j", (line, words) => {
    expect(offered(`procfsroot ${line}`)).toEqual(words)
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
  expect(run(["completion", "csh"])).toMatchObject({
    status: 2,
    stderr: "There are no completions for the shell \"csh\"; use one of bash, zsh, fish.\n"
  })
})

it("each shell has an example", () => {
  const words = commands.find(({ name }) => name === "completion")?.examples.map(({ words }) => words.split(" ")[1])
  expect(words).toEqual(["bash", "zsh", "fish"])
})
