/** Directories and links that the user may not read: the rest is still listed, as with the tools of GNU. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { another, asAnother, lines, run, runAsAnother } from "./command.js"

/** `closed` grants nothing, and `names` can be read, but not searched. */
const closedDirectories = () => {
  const box = temporary()
  const closed = `${box.path}/a/b/closed`
  mkdirSync(closed, { recursive: true })
  mkdirSync(`${box.path}/names/d`, { recursive: true })
  writeFileSync(`${box.path}/names/f`, "")
  for (const [path, mode] of [[closed, 0], [`${box.path}/names`, 0o444], [box.path, 0o755]] as const) {
    chmodSync(path, mode)
  }
  return {
    path: box.path,
    [Symbol.dispose]: () => {
      for (const path of [closed, `${box.path}/names`]) chmodSync(path, 0o755)
      box[Symbol.dispose]()
    }
  }
}

/** What GNU's tool prints, whose messages are in another order. */
const theirs = (name: string, ...args: ReadonlyArray<string>): string =>
  spawnSync(name, args, { ...asAnother, env: { ...process.env, LC_ALL: "C" } }).stdout.toString()

describe("a directory that the user may not read", () => {
  it.each(
    [
      [["ls"], ""],
      [["ls", "-l"], ""],
      [["ls", "-R"], ""],
      [["find"], "/a/b/closed\n"],
      [["du"], "0\t/a/b/closed\n"]
    ]
  )("%j says that it cannot be listed", (words, stdout) => {
    using box = closedDirectories()
    const result = runAsAnother([...words, "--root", box.path, "/a/b/closed"])
    expect({ ...result, stdout: result.stdout.toString().replace(/^\d+/, "0") }).toEqual({
      status: 1,
      stderr: "\"/a/b/closed\" cannot be listed: permission denied (EACCES).\n",
      stdout
    })
  })

  it("says the same of a root, and names no process if there is none", () => {
    using box = closedDirectories()
    expect(runAsAnother(["ls", "--root", `${box.path}/a/b/closed`]).stderr).toBe(
      "\"/\" cannot be listed: permission denied (EACCES).\n"
    )
    expect(runAsAnother(["ls", "--root", `${box.path}/a/b/closed/secret`]).stderr).toBe(
      `The root "${box.path}/a/b/closed/secret" cannot be used: you have no permission to open it; that requires ` +
        "search permission for every directory before it (EACCES).\n"
    )
  })
})

describe("a directory that the user may read, but not search", () => {
  it.each(["", "-a", "-l", "-la"])("ls %s lists its names", (option) => {
    using box = closedDirectories()
    const options = option === "" ? [] : [option]
    const { status, stderr, stdout } = runAsAnother(["ls", "--root", box.path, ...options, "/names"])
    expect(stdout.toString()).toBe(theirs("ls", ...options, `${box.path}/names`))
    const unknown = option.includes("l") ? (option.includes("a") ? [".", "..", "d", "f"] : ["d", "f"]) : []
    expect(lines(stderr)).toEqual(
      unknown.map((name) => `"/names/${name}" cannot be looked at: permission denied (EACCES).`)
    )
    expect(status).toBe(unknown.length === 0 ? 0 : 1)
  })

  it.each([[["du"]], [["find", "-size", "+0"]], [["find", "-json"]]])("%j reports each name in it once", (words) => {
    using box = closedDirectories()
    expect(lines(runAsAnother([...words, "--root", box.path, "/names"]).stderr)).toEqual(
      ["d", "f"].map((name) => `"/names/${name}" cannot be looked at: permission denied (EACCES).`)
    )
  })

  it("du prints nothing of the directories in it, whose sizes it does not know", () => {
    using box = closedDirectories()
    const { status, stdout } = runAsAnother(["du", "--root", "/", "-a", `${box.path}/names`])
    expect({ status, stdout: stdout.toString() }).toEqual({
      status: 1,
      stdout: theirs("du", "-a", `${box.path}/names`)
    })
  })

  it("find and ls -R list its names", () => {
    using box = closedDirectories()
    const { stderr, stdout } = runAsAnother(["find", "--root", box.path, "/names"])
    expect(stdout.toString()).toBe("/names\n/names/d\n/names/f\n")
    expect(stderr).toBe("\"/names/d\" cannot be listed: permission denied (EACCES).\n")
    expect(runAsAnother(["ls", "-R", "--root", box.path, "/names"])).toMatchObject({ status: 1, stderr })
  })
})

describe.skipIf(without(another))("a link that the user may not read", () => {
  const denied = "\"/proc/1/cwd\" cannot be read: permission denied (EACCES).\n"

  it("is listed by ls -l without its target", () => {
    const { stderr, stdout } = runAsAnother(["ls", "--root", "/", "-l", "/proc/1"])
    const linksIn = (text: string) =>
      lines(text).filter((line) => line.startsWith("l")).map((line) => line.split(" ").at(-1))
    expect(linksIn(stdout.toString())).toEqual(["cwd", "exe", "root"])
    expect(linksIn(stdout.toString())).toEqual(linksIn(theirs("ls", "-l", "/proc/1")))
    expect(stderr).toContain(denied)
    expect(runAsAnother(["ls", "--root", "/", "-l", "/proc/1/cwd"])).toMatchObject({ status: 1, stderr: denied })
  })

  it("is printed by find --json and stat without its target", () => {
    for (const command of ["find", "stat"]) {
      const { status, stderr, stdout } = runAsAnother([command, "--root", "/", "--json", "/proc/1/cwd"])
      expect({ status, stderr }).toEqual({ status: 1, stderr: denied })
      expect(JSON.parse(stdout.toString())).toMatchObject({ path: "/proc/1/cwd", type: "symbolic link" })
      expect(stdout.toString()).not.toContain("target")
    }
  })
})

describe("a link that leads to itself", () => {
  it("is listed itself by ls, like a dangling one", () => {
    using box = temporary()
    symlinkSync("loop", `${box.path}/loop`)
    symlinkSync("none", `${box.path}/dangling`)
    const { status, stderr, stdout } = run(["ls", "--root", box.path, "loop", "dangling", "loop/x"])
    expect(stdout.toString()).toBe("dangling\nloop\n")
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        `"loop/x" cannot be resolved in the root "${box.path}": its links form a loop, "/loop" → "/loop" (ELOOP).\n`
    })
  })
})
