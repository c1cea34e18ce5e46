/** Tests the headers of archives at the limits of their fields: what GNU tar reads of them, and when they need pax. */
import { without } from "@procfsroot/testkit/judges"
import { spawnSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { encode, END, type Header } from "../../src/copy/header.js"
import { tar } from "./archives.js"

const plain: Header = { type: "0", name: "f", mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n }

/** What GNU tar lists: it does so before it reads the content, which is missing here. */
const listed = (header: Header): string => {
  const args = ["-tv", "--numeric-owner", "--full-time", "--quoting-style=literal", "--warning=no-timestamp"]
  const { stdout } = spawnSync("tar", args, {
    input: Buffer.concat([encode(header), END]),
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" }
  })
  return stdout.toString("latin1").replace(/ +/g, " ").trim()
}

/** The largest numbers that fit into fields of 7 and of 11 octal digits. */
const [SHORT, LONG] = [0o7777777, 0o77777777777]
const SECOND = 1_000_000_000n

const [one, extended] = [1, 3]

const longest = `${"d".repeat(155)}/${"n".repeat(100)}`

describe.skipIf(without(tar))("a header", () => {
  it.each<[what: string, more: Partial<Header>, blocks: number, line: string]>([
    ["a mode with the type of the file", { mode: 0o104755 }, one, "-rwsr-xr-x 0/0 0 1970-01-01 00:00:00 f"],
    ["the largest user in octal", { uid: SHORT }, one, "-rw-r--r-- 2097151/0 0 1970-01-01 00:00:00 f"],
    ["a larger user", { uid: SHORT + 1 }, extended, "-rw-r--r-- 2097152/0 0 1970-01-01 00:00:00 f"],
    ["the largest group in octal", { gid: SHORT }, one, "-rw-r--r-- 0/2097151 0 1970-01-01 00:00:00 f"],
    ["a larger group", { gid: 2 ** 32 - 2 }, extended, "-rw-r--r-- 0/4294967294 0 1970-01-01 00:00:00 f"],
    ["the largest size in octal", { size: LONG }, one, "-rw-r--r-- 0/0 8589934591 1970-01-01 00:00:00 f"],
    ["a larger size", { size: LONG + 1 }, extended, "-rw-r--r-- 0/0 8589934592 1970-01-01 00:00:00 f"],
    ["the latest time in octal", { mtimeNs: BigInt(LONG) * SECOND }, one, "-rw-r--r-- 0/0 0 2242-03-16 12:56:31 f"],
    ["a later time", { mtimeNs: BigInt(LONG + 1) * SECOND }, extended, "-rw-r--r-- 0/0 0 2242-03-16 12:56:32 f"],
    ["a time before 1970", { mtimeNs: -SECOND }, extended, "-rw-r--r-- 0/0 0 1969-12-31 23:59:59 f"],
    ["a part of a second", { mtimeNs: SECOND + 1n }, extended, "-rw-r--r-- 0/0 0 1970-01-01 00:00:01.000000001 f"],
    [
      "the largest device numbers in octal",
      { type: "3", major: 5, minor: SHORT },
      one,
      "crw-r--r-- 0/0 5,2097151 1970-01-01 00:00:00 f"
    ]
  ])("has %s", (_, more, blocks, line) => {
    const header = { ...plain, ...more }
    expect(listed(header)).toBe(line)
    expect(encode(header).length / 512).toBe(blocks)
  })

  it.each<[what: string, name: string, blocks: number]>([
    ["that fills its field", "n".repeat(100), one],
    ["that is longer, without a slash", "n".repeat(101), extended],
    ["that fills both fields", longest, one],
    ["whose part before the slash is too long", `d${longest}`, extended],
    ["whose part after the slash is too long", `${longest}n`, extended],
    ["whose first part is short", `d/${"n".repeat(99)}`, one],
    ["that is absolute, with a long last part", `/${"n".repeat(100)}`, extended],
    ["that is UTF-8", "\u00fc", extended],
    ["that is not UTF-8", "\udcff", one]
  ])("has a name %s", (_, name, blocks) => {
    const header = { ...plain, name }
    const bytes = name === "\udcff" ? "\xff" : Buffer.from(name).toString("latin1")
    expect(listed(header)).toBe(`-rw-r--r-- 0/0 0 1970-01-01 00:00:00 ${bytes}`)
    expect(encode(header).length / 512).toBe(blocks)
  })

  it.each([
    ["that fills its field", "t".repeat(100), one],
    ["that is longer", "t".repeat(101), extended]
  ])("has a link %s", (_, target, blocks) => {
    const header = { ...plain, type: "2", target }
    expect(listed(header)).toBe(`lrw-r--r-- 0/0 0 1970-01-01 00:00:00 f -> ${target}`)
    expect(encode(header).length / 512).toBe(blocks)
  })

  it("of a directory with a long name has the whole name", () => {
    const name = `${longest}/`
    expect(listed({ ...plain, type: "5", name })).toBe(`drw-r--r-- 0/0 0 1970-01-01 00:00:00 ${name}`)
  })

  it("has the length of each record, whose own digits count", () => {
    for (let length = 101; length < 1_100; length++) {
      const name = "n".repeat(length)
      const text = encode({ ...plain, name }).toString("latin1", 512)
      const [, digits = ""] = /^(\d+) path=n+\n/.exec(text) ?? []
      expect(Number(digits)).toBe(text.indexOf("\n") + 1)
    }
  })
})
