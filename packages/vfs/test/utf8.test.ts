/** Tests that contents become text where they are valid UTF-8, and stay bytes where they are not. */
import { expect, it } from "vitest"
import { bytesOf, contentOf } from "../src/internal/memory/utf8.js"

it("converts between text and bytes", () => {
  for (const text of ["", "text", "é€😀", "\uFEFFwith a byte order mark", "\0"]) {
    expect(contentOf(new TextEncoder().encode(text))).toBe(text)
    expect(bytesOf(text)).toEqual(new TextEncoder().encode(text))
  }
  expect(bytesOf("a\uDCFF")).toEqual(Uint8Array.of(0x61, 0xff))
})

it("copies bytes, which may be changed later", () => {
  const bytes = Uint8Array.of(0x61, 0xff)
  const copies = [contentOf(bytes), bytesOf(bytes)]
  bytes[0] = 0
  expect(copies).toEqual([Uint8Array.of(0x61, 0xff), Uint8Array.of(0x61, 0xff)])
})
