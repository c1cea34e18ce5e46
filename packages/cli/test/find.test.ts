import * as FastCheck from "effect/FastCheck"
import { openRoot } from "@procfsroot/node"
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { Below } from "../src/below.js"
import { classes, glob } from "../src/glob.js"
import { lines, run, shell } from "./command.js"
import { owner, plain, printed } from "./plain.js"

const sorted = (text: string): ReadonlyArray<string> => text.split("\0").toSorted()

describe("find", () => {
  const tree = plain()
  afterAll(() => tree[Symbol.dispose]())

  it.for([
    "tree etc -print0",
    "tree/ tree/link tree/link/ -print0",
    "tree/one -maxdepth 1 -print0",
    "tree -maxdepth 0 -print0",
    ". -type d -print0",
    ". -type l -print0",
    ". -type p -print0",
    ". -type f,d,l -print0",
    "tree -name '*.log' -print0",
    ". -name '[!a-s]*' -print0",
    "names -name '*[\\\\]*' -print0",
    "tree -size 1 -print0",
    "tree -size -2b -print0",
    "tree -size 256w -print0",
    "tree -size +1k -print0",
    "tree -size -2k -print0",
    "tree -size +7G -type f -print0",
    "tree -size -9223372036854775807c -print0",
    "tree -newer tree/one/size511 -print0",
    "tree -newer tree/one/size0 -type f -name 'size*' -print0"
  ])("%s finds the same as GNU find", (words) => {
    expect(sorted(printed(`$bin find --root . ${words}`, tree.path))).toEqual(
      sorted(printed(`find ${words}`, tree.path))
    )
  })

  it.for(["/", "//", "///"])("%s has the name of the root, as in GNU find", (path) => {
    const words = `${path} -maxdepth 0 -name /`
    expect(printed(`$bin find --root . ${words}`, tree.path)).toBe(printed(`find ${words}`, tree.path))
  })

  it("does not change operands and values that look like options", () => {
    using box = temporary()
    for (const name of ["-type", "--type"]) {
      mkdirSync(`${box.path}/${name}/in${name}`, { recursive: true })
    }
    expect(printed("$bin find --root . -- -type", box.path)).toBe("-type\n-type/in-type\n")
    expect(printed("$bin find --root . -name -type", box.path)).toBe("/-type\n")
    expect(printed("$bin find --root . --name --type", box.path)).toBe("/--type\n")
    expect(printed("$bin find --root . -newer -type -name=in-type -type d -- -type", box.path)).toBe("")
    expect(printed("$bin find --root . -name -- --", box.path)).toBe("")
    expect(printed("$bin find --root . -name -type -type d -- ./-type", box.path)).toBe("./-type\n")
  })

  it.skipIf(without("root"))("-xdev stays on one file system", () => {
    using box = mountedTemporary()
    using other = temporary()
    mkdirSync(`${box.path}/here/there`, { recursive: true })
    mkdirSync(`${other.path}/below`)
    bindMount(other.path, `${box.path}/here/there`)
    for (const words of [". -xdev -print0", ". -print0", "here/there -xdev -print0"]) {
      expect(sorted(printed(`$bin find --root . ${words}`, box.path))).toEqual(
        sorted(printed(`find ${words}`, box.path))
      )
    }
  })

  it("prints exact paths in the order of their bytes", () => {
    const theirs = printed("find names -print0 | LC_ALL=C sort -z", tree.path)
    expect(printed("$bin find --root . names -print0", tree.path)).toBe(theirs)
    expect(printed("$bin find --root . names", tree.path)).toBe(theirs.replaceAll("\0", "\n"))
  })

  it("--json prints objects", () => {
    const { stdout } = run(["find", "--root", tree.path, "--json", "--type", "l", "/tree"])
    expect(lines(stdout).map((line): unknown => JSON.parse(line))).toMatchObject([
      { path: "/tree/broken", name: "broken", target: "/nowhere", user: owner },
      { path: "/tree/link", name: "link", target: "one", mtime: "2001-09-09T01:46:40.000000000Z" }
    ])
  })

  it("continues after a path that fails", () => {
    const { status, stderr, stdout } = run(["find", "--root", tree.path, "no", "etc"])
    expect(stdout.toString()).toBe("etc\netc/group\netc/passwd\n")
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `"no" cannot be resolved in the root "${tree.path}": there is no "/no" in it (ENOENT).\n`
    })
  })

  it.for(
    [
      [["-size", "1x"], "The option --size takes a size such as 10M, +1G or -512c."],
      [["-json", "-print0"], "Only one of --json and --print0 can be given."]
    ] as const
  )("refuses %j", ([words, sentence]) => {
    expect(run(["find", "--root", tree.path, ...words])).toMatchObject({ status: 2, stderr: `${sentence}\n` })
  })
})

describe("paths that are longer than the kernel accepts", () => {
  const tree = plain()
  afterAll(() => shell(`rm -rf "$1"`, [tree.path]))
  const name = "n".repeat(200)
  const depth = 60
  // A shell can enter one directory at a time.
  shell(
    `cd "$1" && for i in $(seq ${depth}); do mkdir ${name} && cd -P ./${name} || exit; done; printf 12345 > leaf; ln -s leaf link; mkdir empty`,
    [tree.path]
  )
  const whole = Array.from({ length: depth }, () => name).join("/")

  it("are found by find, listed by ls and counted by du", () => {
    const found = run(["find", "--root", tree.path, "--size", "5c", "--type", "f", name])
    expect({ ...found, stdout: found.stdout.toString() }).toEqual({ status: 0, stderr: "", stdout: `${whole}/leaf\n` })
    expect(run(["du", "--root", tree.path, "-s", name]).stdout.toString()).toBe(printed(`du -s ${name}`, tree.path))
    expect(lines(run(["du", "--root", tree.path, name]).stdout)).toHaveLength(depth + 1)
    const { status, stdout } = run(["ls", "--root", tree.path, "-lR", name])
    expect(status).toBe(0)
    expect(stdout.toString()).toMatch(/ 5 .* leaf\n.* link -> leaf\n\n.*\/empty:\ntotal 0\n$/)
  })
})

describe("a pattern", () => {
  it("matches the same names as in GNU find", () => {
    const tree = plain()
    const letter = FastCheck.constantFrom(..."ab*?[]!^-\\.".split(""))
    const patterns = FastCheck.sample(FastCheck.array(letter, { minLength: 1, maxLength: 6 }), {
      numRuns: 300,
      seed: 3
    })
      .map((letters) => letters.join(""))
      // POSIX does not define a range in reverse order.
      .filter((pattern) => !/\[.*[-\\]/.test(pattern))
      .concat("[[.-.]]*", "[[=a=]^]*", "[![.].]]", "[[.].]a]*", "[[.a.]-b]?", "[[.a.]-[.b.]]", "[-a-b]", "[\\]b]*")
      .concat("[]a]*", "[!]a]*", "[^]]", "[]-]", "[]", "[a-]*", "[a-]b]", "[^a-]*", "a\\", "*\\", "[a\\", "[a\\]]")
      .concat(
        "[[:foo:]]*",
        "[[:foo:]a]",
        "[[:alpha]a]",
        "[[:alpha:]",
        "[[:alpha:]-b]*",
        "[a-[:alpha:]]*",
        "[[:",
        "[[:]"
      )
      .concat(...Object.keys(classes).map((name) => [`[[:${name}:]]*`, `*[^[:${name}:]]`]))
    const names = FastCheck.sample(
      FastCheck.array(FastCheck.constantFrom(..."ab.-]^!\\".split("")), { minLength: 1, maxLength: 5 }),
      { numRuns: 150, seed: 4 }
    ).map((letters) => letters.join("")).filter((name) => !/^\.{1,2}$/.test(name))
      .concat("$", "a$", "+", "\u0001", "a\t", " ", "A", "Fz", "7", "~", "\u007f")
    mkdirSync(`${tree.path}/glob`)
    for (const name of names) writeFileSync(`${tree.path}/glob/${name}`, "")
    const unique = Array.from(new Set(names))
    const theirs = shell(
      `cd "$0" && for p; do find . -mindepth 1 -name "$p" -printf '%f\\n'; echo /; done`.replace(
        "$0",
        `${tree.path}/glob`
      ),
      patterns
    ).stdout.toString().split("/\n")
    tree[Symbol.dispose]()
    const wrong = patterns.filter((pattern, i) => {
      const expected = (theirs[i] ?? "").split("\n").slice(0, -1).toSorted().join("\n")
      return unique.filter(glob(pattern)).toSorted().join("\n") !== expected
    })
    expect(wrong).toEqual([])
    expect(theirs.filter((found) => found !== "").length).toBeGreaterThan(50)
  })

  it("has the same classes of characters as in GNU find with Unicode", () => {
    using directory = temporary()
    const names = Array.from("éÉßǆ²½٣नि\u093eⅣ、€\u00a0\u2003\u200b\u2028\u0085\ue000😀\ufeff", (letter) => letter)
    for (const name of names) writeFileSync(`${directory.path}/${name}`, "")
    for (const name of Object.keys(classes)) {
      const pattern = `[[:${name}:]]`
      const found = printed(`LC_ALL=C.UTF-8 find . -mindepth 1 -name '${pattern}' -printf '%f\\n'`, directory.path)
      expect([pattern, names.filter(glob(pattern)).toSorted()]).toEqual([
        pattern,
        lines(Buffer.from(found, "latin1")).toSorted()
      ])
    }
  })

  it("with many stars is matched quickly", () => {
    expect(glob("*a".repeat(100) + "b")("a".repeat(255))).toBe(false)
    expect(glob("[[:digit:]][^[:alpha:]]?")("1-é")).toBe(true)
  })
})

it("find does not follow a directory that becomes a link", async () => {
  using tree = plain()
  await using root = await openRoot(tree.path)
  await using below = await Below.open(root, "/tree")
  below.move(1, "one")
  below.move(2, "size1")
  const before = await below.place()
  expect((await before.root.directory.lstat(before.path)).size).toBe(1n)
  renameSync(`${tree.path}/tree/one`, `${tree.path}/tree/moved`)
  symlinkSync("moved", `${tree.path}/tree/one`)
  const { path, root: top } = await below.place()
  await expect(top.directory.lstat(path)).rejects.toMatchObject({ code: "ELOOP" })
})
