/** Tests the command line of `cp`. The tests in `copy/` test the copies themselves. */
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { lines, run, shell } from "./command.js"

const tree = [
  { path: "/proc", type: "dir" },
  { path: "/log/a", type: "file" },
  { path: "/log/b", type: "file" },
  { path: "/log/link", type: "symlink", target: "/log/a" },
  { path: "/logs", type: "symlink", target: "/log" }
] as const

describe.skipIf(without("mount"))("cp", () => {
  it("copies out of and into the root of a process", async () => {
    using directory = temporary()
    using host = temporary()
    materialize(directory.path, tree)
    await using child = await startIn(directory.path, "pivot_root")
    const quiet = { status: 0, stderr: "" }
    expect(run(["cp", `pid:${child.pid}:/logs/`, `${host.path}/out`])).toMatchObject(quiet)
    expect(Fs.readdirSync(`${host.path}/out`)).toEqual(["a", "b", "link"])
    expect(Fs.readlinkSync(`${host.path}/out/link`)).toBe("/log/a")
    Fs.writeFileSync(`${host.path}/in`, "put")
    const within = shell("cd \"$2\" && $bin cp in \"pid:$1:/logs/\"", [String(child.pid), host.path])
    expect(within).toMatchObject(quiet)
    expect(Fs.readFileSync(`${directory.path}/log/in`, "utf8")).toBe("put")
  })
})

describe("cp", () => {
  it("reports what was not copied, and copies the rest", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    Fs.mkdirSync(`${directory.path}/to`)
    const { status, stderr } = run([
      "cp",
      ...["none", "log", "log/a"].map((name) => `${directory.path}/${name}`),
      `${directory.path}/to`
    ])
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `${directory.path}/none was not copied: there is no such file.\n`
    })
    expect(Fs.readdirSync(`${directory.path}/to`)).toEqual(["a", "log"])
  })

  it("says which magic link of procfs it does not follow, and not that a file is on another device", () => {
    using directory = temporary()
    Fs.writeFileSync(`${directory.path}/f`, "")
    const script = "cd \"$1\" && $bin cp /proc/self/root/etc/hostname x; $bin cp f /proc/self/cwd/x; " +
      "echo x | $bin cp -L /dev/fd/0 x"
    expect(shell(script, [directory.path]).stderr.replaceAll(/\/proc\/\d+/g, "/proc/PID").split("\n")).toEqual([
      "/proc/self/root/etc/hostname was not copied: /proc/PID/root is a magic link of procfs, which is not followed; " +
      "use pid:PID:/PATH for a file of a process (EXDEV).",
      `${directory.path}/f was not copied: its destination /proc/self/cwd/x cannot be used: /proc/PID/cwd is a magic ` +
      "link of procfs, which is not followed (EXDEV).",
      "/dev/fd/0 was not copied: /proc/PID/fd/0 is a magic link of procfs, which is not followed (EXDEV).",
      ""
    ])
    expect(Fs.readdirSync(directory.path)).toEqual(["f"])
  })

  it("copies a directory into one above it, as cp does, even if that fills directories of the source", () => {
    using directory = temporary()
    const at = (path: string) => `${directory.path}/a/${path}`
    for (const path of ["b/c", "b/b/c"]) {
      Fs.mkdirSync(at(path), { recursive: true })
      Fs.writeFileSync(at(`${path}/x`), "")
      Fs.writeFileSync(at(`${path}/${path.length}`), "")
    }
    expect(run(["cp", at("b/."), at(".")])).toMatchObject({ status: 0, stderr: "" })
    expect([Fs.readdirSync(at("b/c")), Fs.existsSync(at("c/3"))]).toEqual([["3", "5", "x"], true])
  })

  it("keeps and reports existing files with --no-overwrite", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    const [from, to] = [`${directory.path}/log/a`, `${directory.path}/log/b`]
    const before = Fs.readFileSync(to, "utf8")
    expect(run(["cp", "--no-overwrite", from, to])).toMatchObject({
      status: 0,
      stderr: `${from} was not copied, since its destination exists already.\n`
    })
    expect(Fs.readFileSync(to, "utf8")).toBe(before)
  })

  it.each([
    ["a file", "echo > o/f", "f o"],
    ["a directory", "mkdir o/f", "f o"],
    ["a directory, among several sources", "mkdir o/f && echo > g", "f g o/"],
    ["a directory in a tree", "mkdir d o/f && echo > d/f", "d/. o"]
  ])("with --no-overwrite, keeps what is in the place of a file, as cp does: %s", (_, make, operands) => {
    using directory = temporary()
    const copied = (copy: string) => {
      const made = `${directory.path}/${copy.startsWith("cp") ? "gnu" : "own"}`
      const script = `mkdir "$1" && cd "$1" && mkdir o && echo > f && ${make} && ${copy} ${operands}; echo $?; find o`
      return lines(shell(script, [made]).stdout)
    }
    // In older versions, -n fails.
    expect(copied("$bin cp -n")).toEqual(copied("cp -a --update=none"))
  })

  it.each([
    [["--overwrite"], true],
    [["-n", "--overwrite"], true],
    [["--overwrite", "--no-overwrite"], false]
  ])("with %j, the last option counts", (options, isReplaced) => {
    using directory = temporary()
    materialize(directory.path, tree)
    const [from, to] = [`${directory.path}/log/a`, `${directory.path}/log/b`]
    expect(run(["cp", ...options, from, to]).status).toBe(0)
    expect(Fs.readFileSync(to, "utf8").endsWith("/log/a\n")).toBe(isReplaced)
  })

  it.each([
    ["files", "ln a b", "a b o"],
    ["files into a path with a slash", "ln a b", "a b o/"],
    ["trees", "mkdir d e && ln a d && ln a e", "d a e o"],
    ["trees into directories that exist", "mkdir d e o/d o/e && ln a d && ln a e", "d e/ o"],
    ["the content of trees", "mkdir d e && ln a d && ln a e/z", "d/. e/. o/"],
    ["links", "ln -s a l && ln l m", "l m o"],
    ["files before the tree that they are in", "mkdir d && ln a d/x && ln a d/y", "d/x d/y a d o"],
    ["files after the tree that they are in", "mkdir d && ln a d/x && ln a d/y", "d d/x d/y a o"],
    ["a file with one name, and the tree that it is in", "mkdir d && echo > d/b", "d d/b o"],
    ["files that links lead to", "ln -s a l && ln -s l m", "m a l o", "-H", "-L"],
    ["fifos that links lead to", "mkfifo p && ln -s p l", "p l o", "-H", "-L"],
    ["a link to a file in a tree", "mkdir d && echo > d/b && ln -s d/b l && ln -s d k", "d l k o", "-H", "-L"],
    ["a link to a shared file in a tree", "mkdir d && ln a d && ln -s d/a l && ln -s d k", "d l k o", "-H", "-L"]
  ])("keeps hard links among several sources, as cp -a does: %s", (_, make, operands, theirs = "", own = "") => {
    using directory = temporary()
    const copied = (copy: string) => {
      const made = `${directory.path}/${copy.startsWith("cp") ? "gnu" : "own"}`
      const script =
        `mkdir "$1" && cd "$1" && mkdir o && echo > a && ${make} && ${copy} ${operands} && find o -type f,l -printf '%P %n\\n' | sort`
      return shell(script, [made])
    }
    const { stderr, stdout } = copied(`$bin cp ${own}`)
    expect([stderr, lines(stdout)]).toEqual(["", lines(copied(`cp -a ${theirs}`).stdout)])
  })

  it.each([
    ["a link", "echo > f && ln -s f l", "l f"],
    ["a link in a directory", "mkdir c d && echo > d/x && ln -s ../d/x c/x", "c/x d"],
    ["links in a tree", "mkdir -p c/s d/s && echo > d/s/x && ln -s ../../d/s/x c/s/x && echo > c/y", "c/. d"],
    ["links through other links", "mkdir c d && echo > d/x && ln -s d e && ln -s ../e/x c/x", "c/. d"],
    ["a link to a fifo", "mkfifo f && ln -s f l", "l f"],
    ["a link to another file", "echo > f && echo > g && ln -s g l", "l f"]
  ])("does not replace a file with a link to itself, like cp -a: %s", (_, make, operands) => {
    using directory = temporary()
    const copied = (copy: string) => {
      const made = `${directory.path}/${copy}`
      const script =
        `mkdir "$1" && cd "$1" && ${make} && ${copy} ${operands} > said; echo $?; find . -printf '%P %y %l\\n' | sort`
      return shell(script, [made])
    }
    const theirs = copied("cp -a --remove-destination")
    expect(lines(copied("$bin cp").stdout)).toEqual(lines(theirs.stdout))
    expect(copied("$bin cp --dry-run").stdout.toString().slice(0, 1)).toBe(theirs.stdout.toString().slice(0, 1))
  })

  it.each([
    ["a directory", "d o"],
    ["a directory with a slash", "d/ o/"],
    ["one of several", "o/x d o"],
    ["a link that is followed", "-L l/d o"],
    ["the content, but only through its own path", "d/. o/d"]
  ])("does not copy through a link that is in the place of the copy, like cp -a: %s", (_, operands) => {
    using directory = temporary()
    const copied = (copy: string, name: string) => {
      const script =
        `mkdir "$1" && cd "$1" && mkdir d l o x && echo new > d/f && echo old > x/f && ln -s ../d l && ln -s ../x o/d &&
        ${copy} ${operands} > said 2>&1; echo $?; find . -printf '%P %y %l\n' | sort; cat x/f`
      return lines(shell(script, [`${directory.path}/${name}`]).stdout)
    }
    const theirs = copied("cp -a", "gnu")
    expect(copied("$bin cp", "own")).toEqual(theirs)
    expect(copied("$bin cp --dry-run", "dry")[0]).toBe(theirs[0])
  })

  it("does not create a file with a colon in its name if a slash was forgotten", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    const { status, stderr } = shell("cd \"$1\" && $bin cp log/a web:", [directory.path])
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^The operand "web:" is neither /)
    })
    expect(Fs.readdirSync(directory.path).toSorted()).toEqual(["log", "logs", "proc"])
  })

  const nothing = "an empty path names nothing (ENOENT)"
  it.each([
    [["", "../out"], `"" was not copied: ${nothing}.`],
    [["a", ""], `@/a was not copied: its destination "" cannot be used: ${nothing}.`],
    [["-", ""], `The archive cannot be unpacked in "": ${nothing}.`],
    [["", "-"], `"" was not copied: ${nothing}.`],
    [["-L", "", "-"], `"" was not copied: ${nothing}.`]
  ])("refuses the empty path in %j", (operands, sentence) => {
    using directory = temporary()
    const log = `${directory.path}/log`
    materialize(directory.path, tree)
    const script = "cd \"$1\" && shift && head -c 1024 /dev/zero | { $bin cp \"$@\"; echo $? >&2; } | tr -d '\\0'"
    const { stderr, stdout } = shell(script, [log, ...operands])
    expect([stderr.replaceAll(log, "@"), stdout.toString()]).toEqual([`${sentence}\n1\n`, ""])
    expect(Fs.existsSync(`${directory.path}/out`)).toBe(false)
    expect(Fs.readdirSync(log)).toEqual(["a", "b", "link"])
  })

  it("copies the other sources if one is empty", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    const { status, stderr } = shell("cd \"$1\" && $bin cp '' log/a proc", [directory.path])
    expect({ status, stderr }).toEqual({ status: 1, stderr: `"" was not copied: ${nothing}.\n` })
    expect(Fs.readdirSync(`${directory.path}/proc`)).toEqual(["a"])
  })

  it("changes nothing with --dry-run", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    const { status, stdout } = run(["cp", "--dry-run", `${directory.path}/log`, `${directory.path}/new`])
    expect(status).toBe(0)
    expect(stdout.toString()).toContain(`${directory.path}/log/a\n`)
    expect(Fs.existsSync(`${directory.path}/new`)).toBe(false)
  })

  it("--dry-run prints what would fail on standard error, as without it", () => {
    using directory = temporary()
    const inDirectory = (script: string) => shell(`cd "$1" && ${script}`, [directory.path])
    inDirectory("mkdir -p from to/from/a && touch from/a from/b from/c to/from/c")
    const dry = inDirectory("$bin cp -n --dry-run from to")
    expect(dry.stdout.toString()).toBe(`${directory.path}/from/b\n`)
    const real = inDirectory("$bin cp -n from to")
    expect(dry.stderr).toBe(real.stderr)
    expect(lines(dry.stderr)).toHaveLength(2)
    expect(dry.status).toBe(real.status)
  })

  it.each([
    ["a directory over a file", "echo > d/x; mkdir e/x", "d/. e/. o"],
    ["a file over a directory", "mkdir d/x; echo > e/x", "d/. e/. o"],
    ["a directory over a file, by its name", "echo > d/x; mkdir e/x", "d/. e/x o"],
    ["a directory over a link to one", "ln -s . d/x; mkdir e/x", "d/. e/. o"],
    ["a file over a file", "echo > d/x; echo > e/x", "d/. e/. o"],
    ["a file over a fifo", "mkfifo d/x; echo > e/x", "d/. e/. o"],
    ["a file over a file that is to be kept", "echo > d/x; echo > e/x", "-n d/. e/. o"],
    ["a file over a directory that is to be kept", "mkdir d/x; echo > e/x", "-n d/. e/. o"],
    ["directories", "mkdir -p d/x/y e/x/y; echo > d/x/y/f; mkdir e/x/y/f; echo > e/x/g", "d/. e/. o"],
    ["trees, deep", "mkdir -p d/x/y/z e/x/y; echo > d/x/y/z/f; echo > e/x/y/z", "d/. e/x o"],
    ["in directories that exist", "mkdir -p o/x d/x e/x; echo > d/x/f; mkdir e/x/f", "d/. e/. o"],
    ["through a link in the destination", "mkdir o/t; ln -s t o/x; mkdir e/x d/t e/x/f; echo > d/t/f", "d/t e/x o"],
    ["a tree twice", "mkdir -p d/x/y; echo > d/x/f", "d/. d/. o"],
    ["a file that is a hard link to what was replaced", "echo > o/x; ln o/x e/x; echo > d/x", "d/. e/. o"],
    [
      "with a path too long for the kernel",
      "n=$(printf %0200d); i=0; cd d; while [ $((i += 1)) -lt 24 ]; do mkdir $n && cd -P $n; done",
      "d e d/. o"
    ]
  ])("--dry-run foresees how sources meet: %s", (_, make, operands) => {
    using directory = temporary()
    const { stderr, stdout } = shell(
      `cd "$1" && mkdir o d e && (${make}); cd "$1"
      $bin cp --dry-run ${operands} 2>&1; echo $?
      $bin cp ${operands} > real 2>&1; echo $? >> real; cat real >&2; rm -rf d e o`,
      [directory.path]
    )
    const said = (text: string) => lines(text).filter((line) => /^\d$| was /.test(line))
    expect(said(stdout.toString())).toEqual(said(stderr))
  })

  const onlyStream =
    "If a source is a tar stream (-), it must be the only source, and the destination must be a directory."

  it.each([
    [["cp", "/a"], "The command cp needs at least 2 operands: SOURCE... DESTINATION."],
    [["cp", "-", "/a", "/b"], onlyStream],
    [["cp", "-", "-"], onlyStream]
  ])("%j is wrong usage", (args, sentence) => {
    expect(run(args)).toMatchObject({ status: 2, stderr: `${sentence}\n` })
  })
})

describe("cp in a directory that was deleted", () => {
  const inDeleted = (directory: string, script: string) =>
    shell(`cd "$1" && mkdir gone && cd gone && rmdir ../gone && ${script}`, [directory])

  it("copies absolute paths, and creates nothing in it", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    expect(inDeleted(directory.path, "$bin cp \"$1/log/a\" \"$1/new\"")).toMatchObject({ status: 0, stderr: "" })
    expect(Fs.readdirSync(directory.path).toSorted()).toEqual(["log", "logs", "new", "proc"])
    const { status, stderr } = inDeleted(directory.path, "$bin cp \"$1/log/a\" new")
    expect({ status, lines: lines(stderr).length }).toEqual({ status: 1, lines: 1 })
    expect(stderr).toContain("no such file or directory (ENOENT)")
  })
})

describe("cp in a directory with a path longer than the kernel accepts", () => {
  // Neither sh enters such a directory, nor does Node remove it.
  const enter = `
    const name = "d".repeat(250)
    for (let i = 0; i < 20; i++) {
      fs.mkdirSync(name)
      process.chdir(name)
    }
    child_process.spawnSync("sh", ["-c", process.argv[1], "sh", process.argv[2]], { stdio: "inherit" })
    child_process.spawnSync("rm", ["-rf", name], { cwd: process.argv[2] })
  `
  const inLong = (directory: string, script: string) =>
    shell(`cd "$1" && ${process.execPath} -e "$enter" "$script; find . -mindepth 1 -printf '%y %P\\n' | sort" "$1"`, [
      directory
    ], { enter, script })

  it("copies files and directories by relative paths", () => {
    using directory = temporary()
    const { stderr, stdout } = inLong(
      directory.path,
      "echo > f && mkdir d && $bin cp f d && $bin cp d new && $bin cp d/ d/f d/../new/. && $bin cp . \"$1/all\""
    )
    const made = ["d d", "d new", "d new/d", "f d/f", "f f", "f new/d/f", "f new/f"]
    expect([stderr, lines(stdout)]).toEqual(["", made])
    expect(Fs.readdirSync(`${directory.path}/all`)).toEqual(["d", "f", "new"])
  })

  it("follows no link out of the directory that it begins in", () => {
    using directory = temporary()
    materialize(directory.path, tree)
    const { stderr } = inLong(directory.path, "ln -s \"$1/log\" out && echo > f && $bin cp f out")
    expect(stderr).toMatch(/^f was not copied: its destination out cannot be used: .*\(EXDEV\)\.\n$/)
    expect(Fs.readdirSync(`${directory.path}/log`)).toEqual(["a", "b", "link"])
  })

  it("is not copied into itself", () => {
    using directory = temporary()
    const { stderr, stdout } = inLong(directory.path, "mkdir d && $bin cp d d/new")
    expect([stderr, stdout.toString().includes("d d/new/d")]).toEqual([
      "d was not copied: a directory cannot be copied into itself.\n",
      false
    ])
  })
})
