import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { bin, lines, run, shell } from "./command.js"

const tree: TreeSpec = [
  { path: "/usr/bin/sh", type: "file" },
  { path: "/bin", type: "symlink", target: "usr/bin" },
  { path: "/run/docker.sock", type: "file" },
  { path: "/var/run", type: "symlink", target: "/run" },
  { path: "/climb", type: "symlink", target: "../../../run/docker.sock" },
  { path: "/a", type: "symlink", target: "b" },
  { path: "/b", type: "symlink", target: "/a" },
  { path: "/-dash", type: "file" },
  { path: "/true", type: "file" },
  { path: "/with\nnewline", type: "file" },
  { path: "/with\u001b[31mcolour", type: "file" },
  { path: "/to-newline", type: "symlink", target: "with\nnewline" },
  { path: "/to-colour", type: "symlink", target: "with\u001b[31mcolour" }
]

const inTree = <A>(use: (root: string) => A): A => {
  using root = temporary()
  materialize(root.path, tree)
  return use(root.path)
}

describe("resolve", () => {
  it("prints one line per path, in order", () =>
    inTree((root) => {
      const paths = ["/bin/sh", "/var/run/docker.sock", "climb", "/../../bin", "/", "/true"]
      const { status, stderr, stdout } = run(["resolve", "--root", root, ...paths])
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
      expect(lines(stdout)).toEqual([
        "/usr/bin/sh",
        "/run/docker.sock",
        "/run/docker.sock",
        "/usr/bin",
        "/",
        "/true"
      ])
    }))

  it("treats words after a flag or \"--\" as paths", () =>
    inTree((root) => {
      expect(lines(run(["resolve", "--json", "true", "--root", root]).stdout))
        .toEqual([`{"path":"true","resolved":"/true"}`])
      expect(lines(run(["resolve", `--root=${root}`, "--", "-dash", "--json", ""]).stdout)).toEqual(["/-dash"])
    }))

  it("reports each failure in one sentence, and continues", () =>
    inTree((root) => {
      const { status, stderr, stdout } = run(["resolve", "--root", root, "/nope", "/bin", "/a", "", "/bin/sh/x"])
      expect(status).toBe(1)
      expect(lines(stdout)).toEqual(["/usr/bin"])
      expect(lines(stderr)).toEqual([
        `"/nope" cannot be resolved in the root "${root}": there is no "/nope" in it (ENOENT).`,
        `"/a" cannot be resolved in the root "${root}": its links form a loop, "/a" → "/b" → "/a" (ELOOP).`,
        `"" cannot be resolved in the root "${root}": an empty path names nothing (ENOENT).`,
        expect.stringMatching(/^"\/bin\/sh\/x" .*"\/usr\/bin\/sh" is not a directory.*\(ENOTDIR\)\.$/)
      ])
    }))

  it("prints all fields of an error with --json, except its cause", () =>
    inTree((root) => {
      const args = ["resolve", "--root", root, "--json", "--max-symlinks", "1", "/a", "/bin/sh", "/climb"]
      const { status, stderr, stdout } = run([...args, "/nope"])
      expect({ status, stderr }).toEqual({ status: 1, stderr: "" })
      const message = expect.stringContaining("cannot be resolved in the root")
      expect(lines(stdout).map((line) => JSON.parse(line))).toEqual([
        { path: "/a", error: { _tag: "TooManySymlinks", code: "ELOOP", at: "/b", limit: 1, message } },
        { path: "/bin/sh", resolved: "/usr/bin/sh" },
        { path: "/climb", resolved: "/run/docker.sock" },
        { path: "/nope", error: { _tag: "PathNotFound", code: "ENOENT", at: "/nope", message } }
      ])
      expect(JSON.parse(run(["resolve", "--root", root, "--json", "/a"]).stdout.toString()).error)
        .toMatchObject({ _tag: "SymlinkLoop", cycle: ["/a", "/b"] })
      expect(JSON.parse(run(["resolve", "--root", root, "--containment=reject", "--json", "climb"]).stdout.toString()))
        .toMatchObject({ error: { _tag: "EscapesRoot", code: "EXDEV", via: "/climb" } })
      const target: unknown = expect.stringMatching(/^mnt:\[\d+\]$/)
      expect(JSON.parse(run(["resolve", "--root", "/proc/self", "--json", "ns/mnt"]).stdout.toString()))
        .toMatchObject({ error: { _tag: "MagicLink", code: "EXDEV", at: "/ns/mnt", target } })
    }))

  it("prints host paths with --host", () =>
    inTree((root) => {
      expect(lines(run(["resolve", "--root", root, "--host", "/climb", "/"]).stdout))
        .toEqual([`${root}/run/docker.sock`, root])
      expect(lines(run(["resolve", "--root", root, "--host", "--json", "/climb"]).stdout))
        .toEqual([`{"path":"/climb","resolved":"/run/docker.sock","host":"${root}/run/docker.sock"}`])
    }))

  it("resolves relative paths from --from, and stays on one mount with --mounts forbid", () =>
    inTree((root) => {
      expect(lines(run(["resolve", "--root", root, "--from", "/var", "run/docker.sock", "/bin"]).stdout))
        .toEqual(["/run/docker.sock", "/usr/bin"])
      expect(lines(run(["resolve", "--root", root, "--mounts", "forbid", "/bin/sh"]).stdout)).toEqual(["/usr/bin/sh"])
      const { status, stderr } = run(["resolve", "--root", "/", "--mounts", "forbid", "/proc/1"])
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr:
          `"/proc/1" cannot be resolved in the root "/": "/proc" is on another mount than the root, and mounts are ` +
          "forbidden (EXDEV).\n"
      })
    }))

  it("reports what is wrong with a root", () => {
    using directory = temporary()
    writeFileSync(`${directory.path}/file`, "")
    const of = (root: string) => run(["resolve", "--root", root, "/"])
    expect(of(`${directory.path}/nope`)).toMatchObject({
      status: 1,
      stderr: `The root "${directory.path}/nope" cannot be used: it does not exist (ENOENT).\n`
    })
    expect(of(`${directory.path}/file`)).toMatchObject({
      status: 1,
      stderr: `The root "${directory.path}/file" cannot be used: it is not a directory (ENOTDIR).\n`
    })
  })
})

describe("records", () => {
  it("are lines, including empty ones", () =>
    inTree((root) => {
      const { status, stderr, stdout } = run(["resolve", "--root", root, "--stdin"], "/bin\n\n/var/run\n/climb")
      expect(status).toBe(1)
      expect(lines(stdout)).toEqual(["/usr/bin", "/run", "/run/docker.sock"])
      expect(lines(stderr)).toEqual([expect.stringContaining("an empty path names nothing")])
      expect(run(["resolve", "--root", root, "--stdin"], "")).toMatchObject({ status: 0, stderr: "" })
    }))

  it("end in NUL with -z, and so do results", () =>
    inTree((root) => {
      const { status, stdout } = run(["resolve", "--root", root, "--stdin", "-z"], "/to-newline\0/bin\0")
      expect(status).toBe(0)
      expect(stdout.toString()).toBe("/with\nnewline\0/usr/bin\0")
    }))

  it("are quoted if a name contains a newline, so there is one line per path", () =>
    inTree((root) => {
      expect(run(["resolve", "--root", root, "/to-newline", "/to-colour"]).stdout.toString())
        .toBe(`"/with\\nnewline"\n/with\u001b[31mcolour\n`)
    }))

  it("are quoted if they begin like a quoted one", () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/"d`)
    const { stdout } = shell(`cd "$1" && $bin resolve --root '"d' --host /`, [directory.path])
    expect(stdout.toString()).toBe(`"\\"d"\n`)
  })

  it("can be far too long for a path, but are limited to 1 MiB", () =>
    inTree((root) => {
      const { status, stderr, stdout } = run(["resolve", "--root", root, "--stdin"], `/${"x".repeat(300_000)}\n/bin\n`)
      expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: "/usr/bin\n" })
      expect(stderr).toContain("(ENAMETOOLONG)")
      expect(run(["resolve", "--root", root, "--stdin"], `/bin\n${"x".repeat(2_000_000)}`)).toMatchObject({
        status: 1,
        stderr: "Record 2 of the standard input is longer than 1048576 bytes, so it cannot be a path.\n"
      })
    }))
})

describe("names that are not UTF-8 are kept", () => {
  const made = (use: (root: string) => void) => {
    using root = temporary()
    mkdirSync(Buffer.from(`${root.path}/d\xff`, "latin1"))
    writeFileSync(Buffer.from(`${root.path}/d\xff/f\xfe`, "latin1"), "")
    symlinkSync(Buffer.from("d\xff/f\xfe", "latin1"), `${root.path}/link`)
    use(root.path)
  }

  it("in arguments", () =>
    made((root) => {
      const { status, stdout } = shell(`$bin resolve --root "$1" "$(printf 'd\\377//f\\376')" link`, [root])
      expect({ status, stdout: stdout.toString("latin1") }).toEqual({
        status: 0,
        stdout: "/d\xff/f\xfe\n/d\xff/f\xfe\n"
      })
    }))

  it("in the name of the root", () =>
    made((root) => {
      const { status, stdout } = shell(`$bin resolve --root "$(printf '%s/d\\377' "$1")" --host "$(printf 'f\\376')"`, [
        root
      ])
      expect({ status, stdout: stdout.toString("latin1") }).toEqual({ status: 0, stdout: `${root}/d\xff/f\xfe\n` })
    }))

  it("in records, and in base64 in JSON", () =>
    made((root) => {
      const input = Buffer.from("d\xff/f\xfe\nd\xff/nope\n", "latin1")
      const { stdout } = run(["resolve", "--root", root, "--stdin"], input)
      expect(stdout.toString("latin1")).toBe("/d\xff/f\xfe\n")
      const [found, missed] = lines(run(["resolve", "--root", root, "--stdin", "--json"], input).stdout)
      const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64")
      expect(JSON.parse(found ?? "")).toEqual({
        path: "d\ufffd/f\ufffd",
        path_base64: base64("d\xff/f\xfe"),
        resolved: "/d\ufffd/f\ufffd",
        resolved_base64: base64("/d\xff/f\xfe")
      })
      expect(JSON.parse(missed ?? "")).toMatchObject({
        path_base64: base64("d\xff/nope"),
        error: { at: "/d\ufffd/nope", at_base64: base64("/d\xff/nope") }
      })
    }))
})

describe("the standard streams", () => {
  it("can be closed by the reader without an error", async () => {
    const command = spawn(process.execPath, [bin, "resolve", "--root", "/", "--stdin"], { stdio: "pipe" })
    let complaints = ""
    command.stderr.on("data", (text) => complaints += text)
    command.stdin.on("error", () => {}) // it is closed when the command ends
    command.stdout.once("data", () => command.stdout.destroy())
    const more = () => {
      while (command.stdin.writable && command.stdin.write("/\n".repeat(10_000)));
    }
    command.stdin.on("drain", more)
    more()
    const status = await new Promise((resolve) => command.once("close", resolve))
    expect({ status, complaints }).toEqual({ status: 0, complaints: "" })
  })

  it("answers a path before the next one is written", async () => {
    const command = spawn(process.execPath, [bin, "resolve", "--root", "/", "--missing", "tail", "--stdin"])
    const answers: Array<string> = []
    for (const path of ["/first", "/second", "/third"]) {
      command.stdin.write(`${path}\n`)
      const [answer] = await once(command.stdout, "data")
      answers.push(String(answer))
    }
    command.stdin.end()
    const [status] = await once(command, "close")
    expect({ status, answers }).toEqual({ status: 0, answers: ["/first\n", "/second\n", "/third\n"] })
  })

  it("can be a pipe or a file of many parts", () => {
    using root = temporary()
    const input = `${root.path}/input`
    // 3 MB.
    writeFileSync(input, Array.from({ length: 50_000 }, (_, i) => `/${i}/${"x".repeat(50)}\n`).join(""))
    const resolve = `$bin resolve --root "$1" --missing tail --stdin`
    for (const script of [`${resolve} < "$1/input"`, `cat "$1/input" | ${resolve}`]) {
      const { status, stderr, stdout } = shell(`${script} | cmp - "$1/input"`, [root.path])
      expect({ status, stderr, stdout: stdout.toString() }).toEqual({ status: 0, stderr: "", stdout: "" })
    }
  })

  it("are reported when they fail", () => {
    expect(shell("$bin resolve --root / / > /dev/full")).toMatchObject({
      status: 1,
      stderr: "The results cannot be written to standard output: no space left on device (ENOSPC).\n"
    })
    expect(shell("$bin resolve --root / --stdin < /")).toMatchObject({
      status: 1,
      stderr: "The standard input cannot be read: illegal operation on a directory (EISDIR).\n"
    })
  })

  it("can carry more data than fits in memory, even if they are read slowly", () => {
    using root = temporary()
    mkdirSync(`${root.path}/d`)
    // 20 MB in and 22 MB out, through a heap of 32 MB.
    const script = `seq 100000 | sed "s,$,-$2," |
      $bin resolve --root "$1" --missing tail --host --stdin | { sleep 1; cksum; }`
    const { status, stderr, stdout } = shell(script, [root.path, "x".repeat(195)], {
      NODE_OPTIONS: "--max-old-space-size=32"
    })
    const expected = shell(`seq 100000 | sed "s,^,$1/,; s,$,-$2," | cksum`, [root.path, "x".repeat(195)])
    expect({ status, stderr, stdout: stdout.toString() })
      .toEqual({ status: 0, stderr: "", stdout: expected.stdout.toString() })
  })

  it("are not kept in memory if each part of the input ends with a path", () => {
    using root = temporary()
    const preload = `${root.path}/peak.cjs`
    writeFileSync(
      preload,
      `process.on("exit", () => {
        const status = require("node:fs").readFileSync("/proc/self/status", "latin1")
        console.error(/^VmHWM:\\s*(\\d+)/m.exec(status)[1])
      })`
    )
    // 80 MB. A line takes one page of the pipe, so no part ends inside a line.
    const { status, stderr } = shell(
      "yes \"$2\" | head -n 20000 | $bin resolve --root \"$1\" --stdin > /dev/null",
      [root.path, "/".repeat(4_095)],
      { NODE_OPTIONS: `--require ${preload}` }
    )
    expect(status).toBe(0)
    expect(Number(stderr) / 1_024).toBeLessThan(130)
  }, 60_000)
})
