/** Compares two trees, and checks the result by comparing every file of both. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { startIn } from "@procfsroot/testkit/namespace"
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { Comparison, nowhere } from "../../src/diff/compare.js"
import { openTree } from "../../src/diff/plain.js"
import { lines, run, runAsAnother, shell } from "../command.js"
import { openBox, strategies } from "../copy/boxes.js"
import { makeDeep } from "../deep.js"
import { differences } from "./brute.js"
import { change } from "./changing.js"

/** A temporary directory with the directories `now` and `before`. */
const pair = (): Temporary => {
  const box = temporary()
  for (const name of ["now", "before"]) Fs.mkdirSync(`${box.path}/${name}`)
  return box
}

const wordsOf = (path: string) => ["diff", "--root", `${path}/now`, "--against", `${path}/before`]

const diff = (path: string, ...words: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = run([...wordsOf(path), ...words])
  return { status, stderr, stdout: stdout.toString("latin1") }
}

describe("diff against a second root", () => {
  const FIRST = Number(process.env["DIFF_SEED"] ?? 1)
  const SEEDS = Number(process.env["DIFF_SEEDS"] ?? 8)

  it("finds the same as a comparison of all files", () => {
    let differing = 0
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      using box = pair()
      change(`${box.path}/before`, seed, 150)
      shell(`cp -a "$1/before/." "$1/now/"`, [box.path])
      change(`${box.path}/now`, seed + 1_000, 40)
      const expected = differences(`${box.path}/now`, `${box.path}/before`)
      const { status, stderr, stdout } = diff(box.path, "--print0")
      expect({ seed, status, stderr }).toEqual({ seed, status: 0, stderr: "" })
      const found = stdout.split("\0").slice(0, -1)
      expect({ seed, found: found.toSorted() }).toEqual({ seed, found: expected })
      expect(new Set(found).size).toBe(found.length)
      differing += expected.length
    }
    // A few pairs can have few differences, if the changes hit the same files or fail.
    expect(SEEDS < 8 || differing > SEEDS * 3).toBe(true)
  })

  it("prints names in the order of their bytes, and each directory before what is in it", () => {
    using box = pair()
    for (const name of ["a/b", "a-", "a/é", "a/n\nl", "a/\u{1f600}", "a/\uffff"]) {
      Fs.mkdirSync(`${box.path}/now/${name}`, { recursive: true })
    }
    const { stdout } = run(["diff", "--root", `${box.path}/now`, "--against", `${box.path}/before`, "--json"])
    expect(lines(stdout).map((line) => JSON.parse(line).path)).toEqual([
      "/a",
      "/a/b",
      "/a/n\nl",
      "/a/é",
      "/a/\uffff",
      "/a/\u{1f600}",
      "/a-"
    ])
  })

  it("compares a PATH with what PLACE leads to, and follows no links below them", () => {
    using box = pair()
    for (const side of ["now", "before"]) {
      Fs.mkdirSync(`${box.path}/${side}/etc`)
      Fs.writeFileSync(`${box.path}/${side}/etc/f`, side)
      Fs.symlinkSync("etc", `${box.path}/${side}/link`)
      Fs.symlinkSync("/nowhere", `${box.path}/${side}/etc/out`)
      Fs.lutimesSync(`${box.path}/${side}/etc/out`, 1, 1)
    }
    const against = (path: string, ...words: ReadonlyArray<string>) => {
      const { stderr, stdout } = run(["diff", "--root", `${box.path}/now`, "--against", `${box.path}${path}`, ...words])
      return stdout.toString() + stderr.replaceAll(box.path, "")
    }
    expect(against("/before/link", "/link")).toBe("C /etc\nC /etc/f\n")
    expect(against("/before/etc/f", "/etc/f")).toBe("C /etc/f\n")
    expect(against("/before/etc/f", "/etc")).toBe("C /etc\nA /etc/f\nA /etc/out\n")
    expect(against("/before/etc/f")).toBe("\"/before/etc/f\" cannot be compared: not a directory (ENOTDIR).\n")
    expect(against("/none")).toBe(
      "\"/none\" cannot be resolved in the root \"/\": there is no \"/none\" in it (ENOENT).\n"
    )
    expect(against("/before", "/none")).toContain("there is no \"/none\" in it (ENOENT)")
    expect(run(["diff", "--root", box.path, "--against", "none:/"]).stderr).toContain("none")
  })

  it("treats times in whole seconds as equal, and compares the text of links", () => {
    using box = pair()
    for (const [side, fraction, target] of [["now", 0.5, "a"], ["before", 0, "b"]] as const) {
      const at = (name: string) => `${box.path}/${side}/${name}`
      for (const name of ["same", "old", "later"]) Fs.writeFileSync(at(name), "")
      Fs.utimesSync(at("same"), 1, 100 + fraction)
      Fs.utimesSync(at("old"), 1, new Date(-1_000 + fraction * 1_000))
      Fs.utimesSync(at("later"), 1, 100.25 + fraction)
      Fs.symlinkSync(target, at("link"))
      Fs.lutimesSync(at("link"), 1, 1)
    }
    expect(diff(box.path).stdout).toBe("C /later\nC /link\n")
  })

  it("finds no difference in a copy, and none less than a microsecond", async () => {
    using box = pair()
    Fs.writeFileSync(`${box.path}/now/f`, "content")
    Fs.symlinkSync("f", `${box.path}/now/link`)
    Fs.rmdirSync(`${box.path}/before`)
    expect(run(["cp", `${box.path}/now`, `${box.path}/before`]).status).toBe(0)
    expect(diff(box.path).stdout).toBe("")
    await using root = await openRoot(`${box.path}/now`)
    const time = 1_700_000_000_123_456_789n
    await root.directory.lutimes("f", time, time)
    // Node sets microseconds.
    Fs.utimesSync(`${box.path}/before/f`, 1, 1_700_000_000.123456 + 2.5e-7)
    expect(diff(box.path).stdout).toBe("")
    Fs.utimesSync(`${box.path}/before/f`, 1, 1_700_000_000.123457 + 2.5e-7)
    expect(diff(box.path).stdout).toBe("C /f\n")
  })

  it.skipIf(without("root"))("compares owners, groups and device numbers", async () => {
    using box = pair()
    for (const side of ["now", "before"]) {
      for (const name of ["user", "group", "same"]) Fs.writeFileSync(`${box.path}/${side}/${name}`, "")
      await using root = await openRoot(`${box.path}/${side}`)
      await root.directory.makeNode("device", { type: "CharacterDevice", major: 1, minor: side === "now" ? 3 : 5 })
      for (const name of ["user", "group", "same", "device"]) Fs.utimesSync(`${box.path}/${side}/${name}`, 1, 1)
    }
    Fs.chownSync(`${box.path}/now/user`, 1, 0)
    Fs.chownSync(`${box.path}/now/group`, 0, 1)
    expect(diff(box.path).stdout).toBe("C /device\nC /group\nC /user\n")
  })

  it.each(
    [
      [["--json", "--print0"], "Only one of --json and --print0 can be given."],
      [["a", "b"], "With --against, only one PATH can be given."]
    ] as const
  )("refuses %j", (words, sentence) => {
    using box = pair()
    expect(diff(box.path, ...words)).toMatchObject({ status: 2, stderr: `${sentence}\n` })
  })

  it.skipIf(without("mount"))("compares the roots of processes", async () => {
    using box = pair()
    Fs.mkdirSync(`${box.path}/now/etc`)
    for (const side of ["now", "before"]) Fs.mkdirSync(`${box.path}/${side}/proc`)
    await using now = await startIn(`${box.path}/now`, "pivot_root")
    await using before = await startIn(`${box.path}/before`, "pivot_root")
    expect(run(["diff", "--pid", String(now.pid), "--against", `pid:${before.pid}:/`]))
      .toEqual({ status: 0, stderr: "", stdout: Buffer.from("A /etc\n") })
    expect(run(["diff", "--pid", String(now.pid), "--against", `pid:${before.pid}:/etc`]).status).toBe(1)
  })

  it.skipIf(without("mountHere"))("leaves out mounts on both sides", () => {
    using box = mountedTemporary()
    for (const name of ["now/a", "now/b", "before/a", "before/b", "other"]) {
      Fs.mkdirSync(`${box.path}/${name}`, { recursive: true })
    }
    Fs.writeFileSync(`${box.path}/other/f`, "")
    bindMount(`${box.path}/other`, `${box.path}/now/a`)
    bindMount(`${box.path}/other`, `${box.path}/before/b`)
    expect(diff(box.path)).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(diff(box.path, "/a").stdout).toBe("C /a\nD /a/a\nA /a/f\n")
  })

  it("reports what cannot be read, and compares the rest", () => {
    using box = pair()
    Fs.chmodSync(box.path, 0o755)
    for (const name of ["now/closed", "now/open", "before/closed"]) Fs.mkdirSync(`${box.path}/${name}`)
    Fs.chmodSync(`${box.path}/now/closed`, 0)
    const { status, stderr, stdout } = runAsAnother(wordsOf(box.path))
    expect({ status, stderr, stdout: stdout.toString() }).toEqual({
      status: 1,
      stdout: "C /closed\nA /open\n",
      stderr: "\"/closed\" cannot be compared: permission denied (EACCES).\n"
    })
  })
})

describe.skipIf(without("openat2")).each(strategies)("a comparison by the %s", (strategy) => {
  it("compares a tree that is 1,000 directories deep (200 by the walk)", async () => {
    await using box = await openBox({ strategy })
    const depth = strategy === "kernel" ? 1_000 : 200
    for (const side of ["from", "to"]) {
      makeDeep(`${box.path}/${side}`, depth, { each: "d".repeat(10), file: side })
    }
    const found: Array<string> = []
    const comparison = new Comparison(
      async (change, path) => void found.push(`${change} ${path.slice(-20)}`),
      undefined,
      nowhere
    )
    await using now = await openTree(box.from, "/", undefined)
    await using before = await openTree(box.to, "/", undefined)
    await comparison.compare("/", now.file, before.file)
    expect(found).toHaveLength(depth + 2)
    const last = [expect.stringMatching(/^added .*\/from$/), expect.stringMatching(/^deleted .*\/to$/)]
    expect(found.slice(-2)).toEqual(last)
  })

  it("does not follow a directory that becomes a link", async () => {
    await using box = await openBox({ strategy })
    for (const name of ["d", "other"]) Fs.mkdirSync(`${box.path}/from/${name}`)
    await using tree = await openTree(box.from, "/", undefined)
    await using top = await tree.file?.open()
    const found = await top?.look("d")
    Fs.rmdirSync(`${box.path}/from/d`)
    Fs.symlinkSync("other", `${box.path}/from/d`)
    const names = async () => {
      if (found === undefined || found === "mounted") return undefined
      await using directory = await found.open()
      return await directory.names(undefined)
    }
    await expect(names()).rejects.toMatchObject({ code: "ELOOP" })
  })
})
