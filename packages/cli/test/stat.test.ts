import { afterAll, describe, expect, it } from "vitest"
import { lines, run } from "./command.js"
import { owner, plain, printed } from "./plain.js"

describe("stat", () => {
  const tree = plain()
  afterAll(() => tree[Symbol.dispose]())

  it("prints the same as GNU stat", () => {
    // Reading a link changes its access time, but only until that is later than its other times. So the links are read
    // once before the comparison.
    printed("readlink tree/*; true", tree.path)
    const theirs = printed("stat names/* tree tree/* tree/one/* tree/one/two/.three", tree.path)
    expect(printed(`$bin stat --root . names/* tree tree/* tree/one/* tree/one/two/.three`, tree.path)).toBe(theirs)
    expect(theirs.length).toBeGreaterThan(10_000)
  })

  it("prints the same as GNU stat for devices", () => {
    expect(printed("$bin stat --root / /dev/null /dev/tty", tree.path)).toBe(
      printed("stat /dev/null /dev/tty", tree.path)
    )
  })

  it("--json prints every attribute, and exact names", () => {
    const { stdout } = run(["stat", "--root", tree.path, "--json", "tree/link", "tree/hole", "tree/one/size0"])
    const [link, hole, old] = lines(stdout).map((line): unknown => JSON.parse(line))
    expect(link).toMatchObject({
      name: "link",
      type: "symbolic link",
      target: "one",
      user: owner,
      gid: process.getgid?.()
    })
    expect(hole).toMatchObject({ path: "tree/hole", type: "regular file", size: 2 ** 33, blocks: 0, mode: "0644" })
    expect(old).toMatchObject({ mtime: "1970-01-01T00:00:01.500000000Z", atime: "1970-01-01T00:00:00.250000000Z" })
    const [bytes = ""] = lines(printed("$bin stat --root . --json names/a?", tree.path)).filter((line) =>
      line.includes("base64")
    )
    expect(JSON.parse(bytes)).toMatchObject({
      name_base64: Buffer.from([0x61, 0xff]).toString("base64"),
      path_base64: Buffer.concat([Buffer.from("names/a"), Buffer.of(0xff)]).toString("base64")
    })
  })

  it("continues after a path that does not exist", () => {
    const { status, stderr, stdout } = run(["stat", "--root", tree.path, "no", "tree/broken"])
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `"no" cannot be resolved in the root "${tree.path}": there is no "/no" in it (ENOENT).\n`
    })
    expect(stdout.toString()).toContain("File: tree/broken -> /nowhere\n")
  })
})
