import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { run } from "./command.js"

describe("wrong usage", () => {
  it.for<[args: ReadonlyArray<string>, sentence: string]>([
    [[], `A command is needed, "resolve" or "explain"; "procfsroot --help" tells more.`],
    [["reslove", "/a"], `There is no command "reslove", only "resolve" and "explain".`],
    [["resolve", "/a"], "Exactly one of --root DIR and --pid PID is needed."],
    [["resolve", "--root", "/", "--pid", "1", "/a"], "Exactly one of --root DIR and --pid PID is needed."],
    [["resolve", "--root", "/", "--root", "/tmp", "/a"], "The option --root is given twice."],
    [["resolve", "--root"], "The option --root needs a value."],
    [["resolve", "--root", "/"], "At least one PATH is needed, or --stdin."],
    [["resolve", "--root", "/", "--stdin", "/a"], "The paths come as PATH or from --stdin, not from both."],
    [["resolve", "--root", "/", "-z", "/a"], "The option -z goes with --stdin."],
    [["resolve", "--root", "/", "--json=true", "/a"], "The option --json takes no value."],
    [
      ["resolve", "--root", "/", "--jsno", "/a"],
      `There is no option "--jsno"; a path that begins with a dash goes behind "--".`
    ],
    [
      ["resolve", "--root", "/", "-\u001b", "/a"],
      `There is no option "-\\u001b"; a path that begins with a dash goes behind "--".`
    ],
    [
      ["resolve", "--root", "/", "--containment", "cage", "/a"],
      "The option --containment takes one of clamp, reject, beneath."
    ],
    [["resolve", "--root", "/", "--missing", "all", "/a"], "The option --missing takes one of error, last, tail."],
    [["resolve", "--pid", "0", "/a"], "The option --pid takes a whole number of at least 1."],
    [["resolve", "--pid", "self", "/a"], "The option --pid takes a whole number of at least 1."],
    [
      ["resolve", "--root", "/", "--max-symlinks", "1e3", "/a"],
      "The option --max-symlinks takes a whole number of at least 0."
    ],
    [["explain", "--root", "/", "/a", "/b"], "The command explain takes exactly one PATH."],
    [["explain", "--root", "/"], "The command explain takes exactly one PATH."],
    [["explain", "--root", "/", "--stdin", "/a"], "The command explain has no option --stdin."]
  ])("%j", ([args, sentence]) => {
    const { status, stderr, stdout } = run(args)
    expect({ status, stderr, stdout: stdout.toString() }).toEqual({ status: 2, stderr: `${sentence}\n`, stdout: "" })
  })
})

describe("help", () => {
  it("is one page that names every option, whatever else is said", () => {
    const { status, stderr, stdout } = run(["resolve", "--root", "/", "--help"])
    const page = stdout.toString()
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    for (
      const option of [
        ..."--root --pid --keep-last --containment --missing --max-symlinks --no-symlinks".split(" "),
        ..."--json --host --stdin -z -- --help --version".split(" ")
      ]
    ) expect(page).toMatch(new RegExp(`^  (.*, )?${option}[ ,\n]`, "m"))
    expect(page.split("\n").every((line) => line.length <= 84)).toBe(true)
    expect(run(["-h"]).stdout.toString()).toBe(page)
    expect(run(["explain", "--help"]).stdout.toString()).toBe(page)
  })

  it("knows the version of the package", () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    expect(run(["--version"]).stdout.toString()).toBe(`${version}\n`)
  })
})
