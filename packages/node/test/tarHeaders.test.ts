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
