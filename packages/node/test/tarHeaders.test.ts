/** Parses headers one after the other, as a program does that reads an archive as a stream. */
import { TarHeaders, TarIndex } from "@procfsroot/node"
import { Walk } from "@procfsroot/path"
import { expect, it } from "vitest"
import { entry, file, link, pax } from "./archive.js"

it("reads entries with the requested records, as bytes", () => {
  const value = Buffer.from([0, 255, 10])
  const bytes = Buffer.concat([pax({ path: "é", "SCHILY.xattr.user.x": value, comment: "x" }), file("f", "content")])
  const headers = TarHeaders.make(/^SCHILY\.xattr\./, 1 << 20)
  const length = headers.read(bytes.subarray(0, TarHeaders.BLOCK), 0)
  if (typeof length !== "number") throw new Error("an extended header has a length")
  headers.extend(bytes.subarray(0, TarHeaders.BLOCK), 0, bytes.subarray(TarHeaders.BLOCK, TarHeaders.BLOCK + length))
  expect(headers.unused).toBe(0)
  const at = TarHeaders.BLOCK + TarHeaders.padded(length)
  const entry = headers.read(bytes.subarray(at, at + TarHeaders.BLOCK), at)
  expect(entry).toMatchObject({ name: "é", size: 7, type: "0" })
  expect(typeof entry === "number" ? [] : Array.from(entry.records.keys())).toEqual(["path", "SCHILY.xattr.user.x"])
  expect(headers.unused).toBeUndefined()
})

/** The entries of an archive. The extended headers of each may have `longest` bytes. */
const entriesIn = (parts: ReadonlyArray<Buffer>, longest = 1 << 20): ReadonlyArray<TarHeaders.Entry> => {
  const bytes = Buffer.concat(parts)
  const headers = TarHeaders.make(/(?!)/, longest)
  const entries: Array<TarHeaders.Entry> = []
  for (let at = 0; at < bytes.length;) {
    const block = bytes.subarray(at, at + TarHeaders.BLOCK)
    const found = headers.read(block, at)
    const start = at + TarHeaders.BLOCK
    if (typeof found === "number") headers.extend(block, at, bytes.subarray(start, start + found))
    else entries.push(found)
    at = TarHeaders.padded(start + (typeof found === "number" ? found : found.size))
  }
  return entries
}

/** A matcher, with the type of an error. */
const DAMAGED: Error = expect.objectContaining({
  _tag: "Unavailable",
  code: "EINVAL",
  reason: "the header at byte 0 of the archive is damaged",
  message: "the header at byte 0 of the archive is damaged (EINVAL)",
  stack: expect.stringContaining("tarHeaders.test")
})

it.each([
  ["of length 0", "0 path=x\n"],
  ["longer than its header", "11 path=x\n"],
  ["with a hexadecimal length", "0xb path=x\n"],
  ["with a sign", "+11 path=x\n"],
  ["without a length", "path=x\n"],
  ["without a value", "7 path\n"],
  ["without a value, before another one", "7 path\n10 path=x\n"],
  ["without an end", "10 path=xx11 path=xx\n"]
])("refuses a record %s", (_, content) => {
  expect(() => entriesIn([entry({ name: "x", type: "x", content }), file("f")])).toThrow(DAMAGED)
})

it.each([
  ["with another checksum", Buffer.concat([Buffer.from("g"), file("f").subarray(1)])],
  ["without a size", entry({ name: "x", type: "x", raw: { 124: Buffer.from("octal?") } })]
])("refuses a header %s", (_, block) => {
  expect(() => entriesIn([block])).toThrow(DAMAGED)
})

it("accepts extended headers up to the limit, and empty ones", () => {
  const parts = [
    entry({ name: "x", type: "x", content: "13 path=name\n" }),
    entry({ name: "x", type: "x" }),
    entry({ name: "K", type: "K", content: "target\0" }),
    link("l", "")
  ]
  expect(entriesIn(parts, 20)).toMatchObject([{ name: "name", link: "target" }])
  expect(() => entriesIn(parts, 19)).toThrow(expect.objectContaining({ code: "EINVAL" }))
})

it("returns the records of an entry, over those of all entries, and the parts of a sparse file", () => {
  const entries = entriesIn([
    pax({ mtime: "5", comment: "x" }, "g"),
    pax({ mtime: "6", "GNU.sparse.offset": "0" }),
    pax({ uid: "7", "GNU.sparse.numbytes": "9", "GNU.sparse.offsets": "1", "x.GNU.sparse.offset": "2" }),
    file("f"),
    file("g")
  ])
  expect(entries.map(({ records }) => Array.from(records, ([name, value]) => `${name}=${value.toString()}`).toSorted()))
    .toEqual([["mtime=6", "uid=7"], ["mtime=5"]])
  expect(entries.map(({ parts }) => parts)).toEqual([["0", "9"], []])
})

it("reads only the fields that a format has", () => {
  const entries = entriesIn([
    entry({ name: "gnu", magic: "ustar  \0", prefix: "07346545000" }),
    entry({ name: "ustar", prefix: "p".repeat(155) }),
    entry({ name: "v7", magic: "", raw: { 329: Buffer.from("garbage") } })
  ])
  expect(entries).toMatchObject([{ name: "gnu" }, { name: `${"p".repeat(155)}/ustar` }, { name: "v7", rdev: 0 }])
})

it("makes no directory of a link or a fifo whose name ends in a slash, like GNU tar", () => {
  const types = ["1", "2", "6"]
  expect(entriesIn(types.map((type) => entry({ name: `${type}/`, type, link: "f" }))).map(({ type }) => type))
    .toEqual(types)
})

it("reads sizes that fill their field, and those that are too large for it", () => {
  const content = "content"
  const entries = entriesIn([
    entry({ name: "full", content, raw: { 124: Buffer.from("000000000007") } }),
    pax({ size: "7" }),
    entry({ name: "large", content, raw: { 124: Buffer.from("00000000000\0") } }),
    file("last")
  ])
  expect(entries).toMatchObject([{ name: "full", size: 7 }, { name: "large", size: 7 }, { name: "last", size: 0 }])
})

it("reads records up to a NUL, as GNU tar does", () => {
  const headers = TarHeaders.make(/(?!)/, 1 << 20)
  const block = entry({ name: "x", type: "x" })
  headers.extend(block, 0, Buffer.from(`11 path=é\n${"\0".repeat(501)}`))
  expect(headers.read(file("f"), TarHeaders.BLOCK)).toMatchObject({ name: "é" })
})

it("builds a tree of the entries in which paths can be walked", () => {
  const headers = TarHeaders.make(/(?!)/, 1 << 20)
  const index = TarIndex.make(6)
  const add = (bytes: Buffer) => {
    const read = headers.read(bytes.subarray(0, TarHeaders.BLOCK), 0)
    if (typeof read !== "number") index.add(read)
  }
  add(link("out", "../../etc"))
  add(file("out/passwd"))
  add(entry({ name: "out/passwd/below" }))
  const outcome = Walk.run(index.root, "/out/passwd", TarIndex.lookup)
  expect(outcome._tag === "Resolved" && Walk.toPath(outcome)).toBe("/etc/passwd")
  expect(index.skipped).toMatchObject([{ path: "out/passwd/below" }])
  expect(() => add(file("one too many"))).toThrow(expect.objectContaining({ _tag: "Unavailable", code: "EINVAL" }))
})
