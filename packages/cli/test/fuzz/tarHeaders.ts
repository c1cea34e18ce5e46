/**
 * Fuzzes the headers that the command writes to an archive, by reading them again. The input has one line each for the
 * name, the target and the numbers.
 */
import * as TarHeaders from "@procfsroot/node/TarHeaders"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { extendedOf, keptOf } from "../../src/copy/entry.js"
import { encode, type Header } from "../../src/copy/header.js"

/** The length of the longest path, in bytes. */
const LONGEST = 4095

/** Replaces NULs, which end the field of a name, and which no file name contains. */
const text = (latin1: string): string =>
  SurrogateEscape.decode(Buffer.from(latin1.replaceAll("\0", "?").slice(0, LONGEST), "latin1"))

/** A whole number below `most`. It is 0 if the text is not a number, or is too large for one, like `1e999`. */
const whole = (text: string | undefined, most: number): number => Math.trunc(Math.abs(Number(text)) % most) || 0

const integer = (text = ""): bigint => /^-?\d{1,25}$/.test(text) ? BigInt(text) % 10n ** 19n : 0n

const headerOf = (bytes: Buffer): Header => {
  const [name = "", link = "", uid, gid, size, mtime, attribute = "", value = ""] = bytes.toString("latin1").split("\n")
  const type = link === "" ? "0" : "2"
  return {
    type,
    name: text(name).replace(/\/*$/, "") || "x",
    target: text(link),
    mode: 0o644,
    uid: whole(uid, 2 ** 32 - 1),
    gid: whole(gid, 2 ** 32 - 1),
    size: type === "2" ? 0 : whole(size, Number.MAX_SAFE_INTEGER),
    mtimeNs: integer(mtime),
    extended: attribute === "" ? [] : [[`user.${text(attribute)}`, Buffer.from(value, "latin1")]]
  }
}

const read = (bytes: Buffer): TarHeaders.Entry => {
  const headers = TarHeaders.make(/^SCHILY\.xattr\./, 1 << 22)
  for (let at = 0;;) {
    const block = bytes.subarray(at, at + TarHeaders.BLOCK)
    const found = headers.read(block, at)
    const start = at + TarHeaders.BLOCK
    if (typeof found !== "number") {
      assert.equal(start, bytes.length)
      return found
    }
    headers.extend(block, at, bytes.subarray(start, start + found))
    at = start + TarHeaders.padded(found)
  }
}

export const fuzz = target((bytes) => {
  const header = headerOf(bytes)
  const entry = read(encode(header))
  const { extended = [], gid, mtimeNs, name, size, target, uid } = header
  assert.deepEqual(
    { name: entry.name, target: entry.link, uid: entry.uid, gid: entry.gid, size: entry.size },
    { name, target, uid, gid, size }
  )
  assert.equal(keptOf(entry, true).mtimeNs, mtimeNs)
  assert.deepEqual(
    extendedOf(entry).map(([key, value]) => [key, Buffer.from(value)]),
    Array.from(extended, ([key, value]) => [key, Buffer.from(value)])
  )
})
