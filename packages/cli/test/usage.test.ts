import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { commands } from "../src/commands.js"
import { spelled } from "../src/options.js"
import { run } from "./command.js"

const noRoot =
  "Which root? Give exactly one of --container NAME, --pid PID and --root DIR; \"procfsroot ps\" lists containers."

describe("wrong usage", () => {
  it.for<[args: ReadonlyArray<string>, sentence: string]>([
    [[], `Write a command, such as "ps"; "procfsroot --help" lists all commands.`],
    [["reslove", "/a"], `There is no command "reslove"; did you mean "resolve"?`],
    [["/a"], `There is no command "/a"; "procfsroot --help" lists all commands.`],
    [["--json", "resolve", "/a"], `Write the command before "--json".`],
    [["--versoin"], `There is no option "--versoin"; did you mean --version?`],
    [["resolve", "/a"], noRoot],
    [
      ["resolve", "--root", "/", "--pid", "1", "/a"],
      noRoot
    ],
    [["resolve", "--root", "/", "--root", "/tmp", "/a"], "The option --root is given twice."],
    [["resolve", "--root"], "The option --root needs a value."],
    [["resolve", "--root", "/"], "Give at least one PATH, or --stdin."],
    [["resolve", "--root", "/", "--stdin", "/a"], "Give the paths either as PATH or with --stdin, not both."],
    [["resolve", "--root", "/", "-z", "/a"], "The option -z requires --stdin."],
    [["resolve", "--root", "/", "--json=true", "/a"], "The option --json takes no value."],
    [["ls", "--root", "/", "--help=no"], "The option --help takes no value."],
    [
      ["ls", "--root", "/", "-l=1"],
      "There is no option \"-=\"; \"procfsroot ls --help\" lists all options. If it is a path, write \"--\" before it."
    ],
    [
      ["resolve", "--root", "/", "--jsno", "/a"],
      `There is no option "--jsno"; did you mean --json? If it is a path, write "--" before it.`
    ],
    [["find", "--root", "/", "-nam", "x"], `There is no option "-nam"; did you mean --name?`],
    [
      ["find", "--root", "/", "-mtime", "1"],
      `There is no option "-mtime"; "procfsroot find --help" lists all options. If it is a path, write "--" before it.`
    ],
    [
      ["find", "--root", "/", "-not"],
      `There is no option "-not"; "procfsroot find --help" lists all options. If it is a path, write "--" before it.`
    ],
    [["find", "--root", "/", "-help"], `There is no option "-help"; did you mean --help?`],
    [
      ["ls", "--cont", "web"],
      `There is no option "--cont"; did you mean --container? If it is a path, write "--" before it.`
    ],
    [
      ["cp", "--no-o", "a", "b"],
      `There is no option "--no-o"; did you mean --no-owner? If it is a path, write "--" before it.`
    ],
    [
      ["ls", "--c", "web"],
      `There is no option "--c"; "procfsroot ls --help" lists all options. If it is a path, write "--" before it.`
    ],
    [
      ["ls", "--kontaimer", "web"],
      `There is no option "--kontaimer"; did you mean --container? If it is a path, write "--" before it.`
    ],
    [
      ["ls", "--kontaimar", "web"],
      "There is no option \"--kontaimar\"; \"procfsroot ls --help\" lists all options. " +
      `If it is a path, write "--" before it.`
    ],
    [["ls", "--root", "/", "-json"], `The command ls has no option -json; "procfsroot ls --help" lists all options.`],
    [
      ["ls", "--root", "/", "-a--"],
      `There is no option "--"; "procfsroot ls --help" lists all options. If it is a path, write "--" before it.`
    ],
    [
      ["ls", "--root", "/", "-ly"],
      `There is no option "-y"; "procfsroot ls --help" lists all options. If it is a path, write "--" before it.`
    ],
    [
      ["resolve", "--root", "/", "-\u001b", "/a"],
      `There is no option "-\\u001b"; "procfsroot resolve --help" lists all options. If it is a path, write "--" before it.`
    ],
    [
      ["resolve", "--root", "/", "--containment", "cage", "/a"],
      "The option --containment takes one of clamp, reject, beneath."
    ],
    [["resolve", "--root", "/", "--missing", "all", "/a"], "The option --missing takes one of error, last, tail."],
    [["resolve", "--pid", "0", "/a"], "The option --pid takes a whole number of at least 1."],
    [["cat", "--max-bytes", "1".repeat(16), "/a"], "The option --max-bytes takes a number of at most 15 digits."],
    [["resolve", "--pid", "self", "/a"], "The option --pid takes a whole number of at least 1."],
    [
      ["resolve", "--root", "/", "--max-symlinks", "1e3", "/a"],
      "The option --max-symlinks takes a whole number of at least 0."
    ],
    [["resolve", "--root", "/", "--from", "", "a"], "The option --from needs a value."],
    [
      ["find", "--root", "/", "-type", "f,x"],
      "The option --type takes one or more of f, d, l, p, s, b, c, separated by commas."
    ],
    [["resolve", "--root", "/", "--mounts", "no", "a"], "The option --mounts takes one of cross, forbid."],
    [["explain", "--root", "/", "/a", "/b"], "The command explain takes exactly one PATH."],
    [["explain", "--root", "/"], "The command explain takes exactly one PATH."],
    [["completion"], "The command completion takes exactly one of bash, zsh, fish."],
    [["ps", "a"], "The command ps takes no operands."],
    [
      ["explain", "--root", "/", "--stdin", "/a"],
      `The command explain has no option --stdin; "procfsroot explain --help" lists all options.`
    ],
    [["cp", "--pid", "1", "a", "b"], "The command cp has no option --pid; write pid:PID:/PATH."],
    [["cp", "--container=web", "a", "b"], "The command cp has no option --container; write NAME:/PATH."],
    [["cp", "-r", "a", "b"], "The command cp needs no option -r, since it always does this; leave it out."],
    [["cp", "-xRp", "a", "b"], "The command cp needs no option -R, since it always does this; leave it out."],
    [
      ["cp", "-u", "a", "b"],
      `There is no option "-u"; "procfsroot cp --help" lists all options. If it is a path, write "--" before it.`
    ]
  ])("is reported: %j", ([args, sentence]) => {
    const { status, stderr, stdout } = run(args)
    expect({ status, stderr, stdout: stdout.toString() }).toEqual({ status: 2, stderr: `${sentence}\n`, stdout: "" })
  })
})

describe("help", () => {
  const page = (...words: ReadonlyArray<string>): string => {
    const { status, stderr, stdout } = run(words)
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    return stdout.toString()
  }

  it("lists the commands", () => {
    for (const { name } of commands) expect(page("--help")).toMatch(new RegExp(`^  ${name} `, "m"))
    expect(page("-h")).toBe(page("--help"))
  })

  it.each(commands)("of $name lists every option, whatever other words are given", ({ examples, name, options }) => {
    const text = page(name, ...(Object.hasOwn(options, "root") ? ["--root", "/"] : []), "--help")
    for (const option of Object.keys(options)) {
      expect(text).toMatch(new RegExp(`^  (-\\w, )?${spelled(option)}[ ,\n]`, "m"))
    }
    expect(text.split("\n").every((line) => line.length <= 84)).toBe(true)
    expect(examples.length).toBeGreaterThan(0)
  })

  it("prints the version of the package", () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    expect(page("--version")).toBe(`${version}\n`)
  })
})
