/** Tests that every command takes bounded time and memory on hostile roots, and reports each failure in a sentence. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn, spawnSync } from "node:child_process"
import { closeSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { commands } from "../src/commands.js"
import { type Bounded, runBounded, SLOW } from "./bounded.js"
import { run, shell } from "./command.js"
import { makeDeep } from "./deep.js"
import { onTerminal } from "./terminal.js"

/** Where the files are, as WHERE options and as the prefix of an operand of cp. */
interface Where {
  readonly where: ReadonlyArray<string>
  readonly prefix: string
}

type Line = ReadonlyArray<string>

/** The command lines of every command for some paths. A new command has to be added here. */
const lines: Readonly<Record<string, (where: Where, paths: ReadonlyArray<string>) => ReadonlyArray<Line>>> = {
  ps: () => [["ps"]],
  resolve: ({ where }, paths) => [["resolve", ...where, "--", ...paths]],
  explain: ({ where }, paths) => [["explain", ...where, "--", paths.at(-1) ?? "/"]],
  ls: ({ where }, paths) => [["ls", ...where, "-laR", "--", ...paths]],
  cat: ({ where }, paths) => [["cat", ...where, "--", ...paths]],
  stat: ({ where }, paths) => [["stat", ...where, "--", ...paths]],
  readlink: ({ where }, paths) => [["readlink", ...where, "--", ...paths]],
  find: ({ where }, paths) => [["find", ...where, "--json", "--", ...paths]],
  du: ({ where }, paths) => [["du", ...where, "-a", "--", ...paths]],
  cp: ({ prefix }, paths) => ["out", "-"].map((to) => ["cp", "--", ...paths.map((path) => prefix + path), to]),
  diff: ({ prefix, where }, paths) => paths.map((path) => ["diff", ...where, "--against", prefix, "--", path]),
  // It reads no files.
  completion: () => []
}

const allOver = (where: Where, ...paths: ReadonlyArray<string>): ReadonlyArray<Line> =>
  Object.values(lines).flatMap((line) => line(where, paths))

const limited = ([name = "", ...args]: Line, timeout: number): Line => [name, "--timeout", String(timeout), ...args]

const MEGABYTES = 450

/** Several run at once, since most of them only wait. */
const AT_ONCE = 8

const results = async (all: ReadonlyArray<Line>): Promise<ReadonlyArray<readonly [Line, Bounded]>> => {
  const done: Array<readonly [Line, Bounded]> = []
  const rest = all.values()
  const work = async () => {
    for (const line of rest) done.push([line, await runBounded(line)])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return done
}

/**
 * Whether each problem is reported in one sentence, without a stack trace or characters that garble a terminal, and
 * time and memory are bounded.
 */
const isCalm = ({ megabytes, seconds, status, stderr }: Bounded): boolean =>
  (status === 0 || status === 1) && seconds < SLOW && megabytes < MEGABYTES &&
  stderr.split("\n").slice(0, -1).every((sentence) => /^\P{Cc}+[.!]$/u.test(sentence) && !/ at .*file:/.test(sentence))

const troubled = (all: ReadonlyArray<readonly [Line, Bounded]>) => all.filter(([, result]) => !isCalm(result))

it("every command is in the table", () => {
  expect(Object.keys(lines).toSorted()).toEqual(commands.map(({ name }) => name).toSorted())
})

/** Names that look like options or commands, or contain control characters. */
const names = [
  "-rf",
  "--help",
  "--timeout=0",
  "$(reboot)",
  "\u001b]0;title\u0007\u001b[2J",
  "a\nb",
  "\u202egpj.exe",
  "-"
]

describe("every command", () => {
  it("handles names and special files of all kinds", async () => {
    using root = temporary()
    for (const name of names) {
      mkdirSync(`${root.path}/tree/${name}`, { recursive: true })
      writeFileSync(`${root.path}/tree/${name}/${name}`, name)
    }
    spawnSync("mkfifo", [`${root.path}/tree/fifo`])
    const server = createServer().listen(`${root.path}/tree/socket`)
    await once(server, "listening")
    const where = { where: ["--root", root.path], prefix: `${root.path}/` }
    const paths = ["tree", "tree/fifo", "tree/socket", ...names.map((name) => `tree/${name}/${name}`)]
    try {
      expect(troubled(await results(allOver(where, ...paths)))).toEqual([])
    } finally {
      server.close()
    }
  })

  it.skipIf(without("root"))("handles devices", async () => {
    using root = temporary()
    for (const [name, ...device] of [["zero", "c", "1", "5"], ["tty", "c", "5", "0"], ["none", "b", "240", "7"]]) {
      spawnSync("mknod", [`${root.path}/${name}`, ...device])
    }
    const where = { where: ["--root", root.path], prefix: root.path }
    const all = await results(allOver(where, "/zero", "/tty", "/none"))
    expect(troubled(all)).toEqual([])
    const special = await results([["cat", "--root", root.path, "--special", "--timeout", "1", "/zero"]])
    expect(special.map(([, { stderr }]) => stderr)).toEqual(["The command took longer than the 1 s of --timeout.\n"])
  })

  it("handles a file of the largest size", async () => {
    using root = temporary("/dev/shm")
    // Larger than the largest exact number in JavaScript.
    shell("truncate --size $1 $2", [String(2n ** 63n - 1n), `${root.path}/largest`])
    expect(statSync(`${root.path}/largest`, { bigint: true }).size).toBe(2n ** 63n - 1n)
    const where = { where: ["--root", root.path], prefix: root.path }
    expect(troubled(await results(allOver(where, "/largest").map((line) => limited(line, 1))))).toEqual([])
  })

  it("handles 10,000 nested directories", async () => {
    using root = temporary("/dev/shm")
    makeDeep(root.path, 10_000)
    const where = { where: ["--root", root.path], prefix: root.path }
    try {
      expect(troubled(await results(allOver(where, "/d").map((line) => limited(line, 1))))).toEqual([])
    } finally {
      spawnSync("rm", ["-rf", `${root.path}/d`])
    }
  })

  // With MANY_NAMES=1000000 there are a million names and no time limit, and the time and memory of each command are
  // printed.
  it("handles a directory with 100,000 names", async () => {
    const many = process.env["MANY_NAMES"]
    using root = temporary("/dev/shm")
    mkdirSync(`${root.path}/many`)
    for (let i = 0; i < Number(many ?? 100_000); i++) closeSync(openSync(`${root.path}/many/name${i}`, "w"))
    const where = { where: ["--root", root.path], prefix: root.path }
    const all = await results(allOver(where, "/many").map((line) => many === undefined ? limited(line, 1) : line))
    if (many !== undefined) {
      for (const [line, { megabytes, seconds, stderr }] of all) {
        console.log(line.join(" "), `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`, stderr.slice(-200))
      }
    }
    expect(troubled(all)).toEqual([])
  }, 900_000)
})

describe.skipIf(without("fuse"))("every command with --timeout", () => {
  /** The files that never respond, and the commands that access them. */
  const never = {
    hangLookup: ["resolve", "explain", "ls", "cat", "stat", "readlink", "find", "du", "cp"],
    hangOpen: ["cat", "cp"],
    hangRead: ["cat", "cp"],
    hangList: ["ls", "find", "du", "cp"]
  }

  it("ends on a file system that never responds", async () => {
    await using fuse = await startFuse()
    const where = { where: ["--root", fuse.path], prefix: `pid:${fuse.pid}:${fuse.place}/` }
    const asking = Object.entries(never).flatMap(([path, names]) =>
      allOver(where, path).filter(([name = ""]) => names.includes(name))
    )
    const all = await results(asking.map((line) => limited(line, 1)))
    expect(troubled(all)).toEqual([])
    const sentence =
      /^The command took longer than the 1 s of --timeout, and does not end: a file system or the reader of the output may not be responding\.\n$/
    expect(all.filter(([, { stderr }]) => !sentence.test(stderr))).toEqual([])
    // Other files can still be read.
    expect((await runBounded(["cat", "--root", fuse.path, "file"])).status).toBe(0)
  })

  it("ends on files and directories that never end", async () => {
    await using fuse = await startFuse()
    const where = { where: ["--root", fuse.path], prefix: `pid:${fuse.pid}:${fuse.place}/` }
    const paths = ["endlessFile", "endlessDirectory", "endlessTree"]
    expect(troubled(await results(paths.flatMap((path) => allOver(where, path)).map((line) => limited(line, 1)))))
      .toEqual([])
  })

  it("prints what was found before the time is up", async () => {
    await using fuse = await startFuse()
    // On a busy machine, it can take seconds until ls finds anything, and on a fast one few until it finds too much.
    const all = [1, 2, 4].map((seconds) => {
      const line = limited(["ls", "--root", fuse.path, "file", "endlessDirectory"], seconds)
      const { stderr, stdout } = run(line)
      return { stdout: String(stdout), isLate: stderr.startsWith("The command took longer than") }
    })
    expect(all).toContainEqual({ stdout: "file\n", isLate: true })
  })

  it("reports what cp has copied", async () => {
    await using fuse = await startFuse()
    const { status, stderr } = await runBounded([
      "cp",
      "--timeout",
      // On a busy machine, it can take seconds until the command copies anything.
      "5",
      `pid:${fuse.pid}:${fuse.place}/endlessDirectory`,
      "out"
    ])
    expect({ status, last: stderr.trimEnd().split("\n").at(-1) }).toEqual({
      status: 1,
      last: expect.stringMatching(
        /^The command took longer than the 5 s of --timeout: \d+ files? with 0 bytes had been copied, and no/
      )
    })
  })

  it("reports a directory that never ends, even without --timeout", async () => {
    await using fuse = await startFuse()
    const [[, result] = expect.unreachable()] = await results([["find", "--root", fuse.path, "endlessTree"]])
    expect(result.stderr).toBe(
      `"endlessTree" cannot be listed: it has too many names to keep them in memory (EOVERFLOW).\n`
    )
    expect(isCalm(result)).toBe(true)
  })
})

describe.skipIf(without("mount", "terminal"))("a process whose name contains escape sequences", () => {
  it("does not garble the output of ps", async () => {
    const script = String.raw`printf '\033]0;x\007\n\342\200\256' > /proc/self/comm; echo ready; read end`
    const [program = "", ...args] = [...mounting, "sh", "-c", script]
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] })
    await once(child.stdout, "data")
    try {
      for (const printed of [run(["ps"]).stdout, run(["ps", "--json"]).stdout, onTerminal("$bin ps")]) {
        expect(String(printed)).toContain(String.raw`\u001b]0;x\u0007\n\u202e`)
        expect(String(printed)).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
      }
    } finally {
      child.stdin.end()
    }
  })
})
