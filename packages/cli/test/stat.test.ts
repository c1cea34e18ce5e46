import type { ExactAttributes } from "@procfsroot/vfs/Attributes"
import { afterAll, describe, expect, it } from "vitest"
import { fileObject, longTime, shortTime } from "../src/attributes.js"
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

describe("attributes that few file systems have", () => {
  /** In nanoseconds, one second later than any `Date` can be. */
  const late = 8_640_000_000_001n * 1_000_000_000n + 5n

  const attributes: ExactAttributes = {
    type: "BlockDevice",
    mode: 0o061640,
    nlink: 2,
    uid: 1,
    gid: 2,
    dev: 0xfe00n,
    ino: 2n ** 53n,
    rdev: 0x801n,
    size: 2n ** 53n - 1n,
    blksize: 4_096,
    blocks: 8n,
    atimeNs: -1n,
    mtimeNs: late,
    ctimeNs: 1_000_000_000n,
    birthtimeNs: undefined,
    mountId: undefined
  }

  const users = {
    user: (id: number) => ({ id, name: "a user" }),
    group: (id: number) => ({ id: id + 100, name: undefined })
  }

  it("are exact in JSON", () => {
    expect(fileObject("/dev/disk", attributes, undefined, users)).toEqual({
      path: "/dev/disk",
      name: "disk",
      type: "block special file",
      mode: "1640",
      links: 2,
      uid: 1,
      user: "a user",
      gid: 102,
      group: null,
      size: 2 ** 53 - 1,
      blocks: 8,
      device: "254:0",
      inode: "9007199254740992",
      rdev: "8:1",
      atime: "1969-12-31T23:59:59.999999999Z",
      mtime: "8640000000001.000000005",
      ctime: "1970-01-01T00:00:01.000000000Z",
      birthtime: null
    })
  })

  it("are shown in seconds if they are times that no Date can have", () => {
    expect(longTime(late)).toBe("8640000000001.000000005")
    expect(longTime(-late)).toBe("-8640000000001.000000005")
    expect(shortTime(late, late)).toBe("8640000000001")
  })
})
