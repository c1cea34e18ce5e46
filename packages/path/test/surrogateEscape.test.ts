import { SurrogateEscape } from "@procfsroot/path"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const parameters = { seed: Number(process.env["SEED"] ?? 20_261_124), numRuns: 5_000 }

describe("names as bytes", () => {
  it("every name comes back as the bytes it was", () => {
    const bytes = FastCheck.oneof(
      FastCheck.uint8Array(),
      FastCheck.array(
        FastCheck.constantFrom(0x61, 0x80, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xf0, 0x9f, 0x98, 0x80, 0xff)
      )
        .map((list) => Uint8Array.from(list))
    )
    FastCheck.assert(
      FastCheck.property(bytes, (name) => {
        const text = SurrogateEscape.decode(name)
        expect(SurrogateEscape.encode(text)).toEqual(name)
        expect(SurrogateEscape.byteLength(text)).toBe(name.length)
      }),
      parameters
    )
  })

  it("well-formed text is what TextEncoder makes of it", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (text) => {
        expect(SurrogateEscape.encode(text)).toEqual(new Uint8Array(Buffer.from(text)))
        expect(SurrogateEscape.decode(Buffer.from(text))).toBe(text)
      }),
      parameters
    )
  })

  it("bytes that are no UTF-8 become U+DC80 to U+DCFF, one each", () => {
    expect(SurrogateEscape.decode(Uint8Array.of(0x61, 0xff, 0x62))).toBe("a\udcffb")
    expect(SurrogateEscape.decode(Uint8Array.of(0xed, 0xa0, 0x80))).toBe("\udced\udca0\udc80")
    expect(SurrogateEscape.decode(Uint8Array.of(0xc0, 0xaf))).toBe("\udcc0\udcaf")
  })

  it("a lone surrogate that stands for no byte names no file", () => {
    expect(SurrogateEscape.encode("a\ud800")).toBeUndefined()
    expect(SurrogateEscape.encode("\udc41")).toBeUndefined()
  })
})
