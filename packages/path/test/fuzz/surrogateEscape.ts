/** Decodes bytes and encodes them again: the bytes must be the same, and UTF-8 must be decoded as Node does. */
import { SurrogateEscape } from "@procfsroot/path"
import { check, target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { isUtf8 } from "node:buffer"

const sign = (order: number): number => order === 0 ? 0 : order < 0 ? -1 : 1

export const fuzz = target((bytes) => {
  const text = SurrogateEscape.decode(bytes)
  const back = SurrogateEscape.encode(text)
  check(back !== undefined && bytes.equals(back), "the bytes are not the same")
  assert.equal(SurrogateEscape.byteLength(text), bytes.length)
  assert.equal(text === bytes.toString("utf8"), isUtf8(bytes))

  // The same bytes as UTF-16 code units, which can contain any surrogates.
  const units = bytes.subarray(0, bytes.length & ~1).toString("utf16le")
  const encoded = SurrogateEscape.encode(units)
  if (encoded !== undefined) {
    assert.equal(SurrogateEscape.byteLength(units), encoded.length)
    // Several escapes in a row can be the bytes of one character, which `decode` returns instead of them.
    const again = SurrogateEscape.encode(SurrogateEscape.decode(encoded))
    check(again !== undefined && Buffer.from(again).equals(encoded))
  }

  const half = bytes.length >> 1
  const [a, b] = [bytes.subarray(0, half), bytes.subarray(half)]
  const order = SurrogateEscape.compareBytes(SurrogateEscape.decode(a), SurrogateEscape.decode(b))
  assert.equal(sign(order), sign(a.compare(b)))
})
