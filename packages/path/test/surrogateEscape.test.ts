import { SurrogateEscape } from "@procfsroot/path"
import * as FastCheck from "effect/FastCheck"
import { isUtf8 } from "node:buffer"
import { describe, expect, it } from "vitest"

const parameters = { seed: Number(process.env["SEED"] ?? 20_261_124), numRuns: Number(process.env["RUNS"] ?? 5_000) }

describe("SurrogateEscape", () => {
  it("encodes every decoded name to the same bytes", () => {
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

  it("encodes well-formed text as UTF-8", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (text) => {
        expect(SurrogateEscape.encode(text)).toEqual(new Uint8Array(Buffer.from(text)))
        expect(SurrogateEscape.decode(Buffer.from(text))).toBe(text)
      }),
      parameters
    )
  })

  it("keeps well-formed text before a byte that is not UTF-8", () => {
    const same = (text: string): void => {
      const bytes = Buffer.concat([Buffer.from(text), Uint8Array.of(0xff)])
      expect(SurrogateEscape.decode(bytes)).toBe(`${text}\udcff`)
      expect(SurrogateEscape.encode(`${text}\udcff`)).toEqual(new Uint8Array(bytes))
      expect(SurrogateEscape.byteLength(`${text}\udcff`)).toBe(bytes.length)
    }
    FastCheck.assert(FastCheck.property(FastCheck.string({ unit: "binary" }), same), parameters)
    // The first and the last code points of each length, and some at which the lead byte changes.
    const points = [0, 0x7f, 0x80, 0xbf, 0xc0, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000]
    for (const point of [...points, 0x3ffff, 0x40000, 0xfffff, 0x100000, 0x10ffff]) same(String.fromCodePoint(point))
  })

  it("decodes a long text", () => {
    const text = "a😀é".repeat(100_000)
    expect(SurrogateEscape.decode(Buffer.from(text)) === text).toBe(true)
  })

  it("decodes each byte that is not UTF-8 to one of U+DC80 to U+DCFF", () => {
    expect(SurrogateEscape.decode(Uint8Array.of(0x61, 0xff, 0x62))).toBe("a\udcffb")
    expect(SurrogateEscape.decode(Uint8Array.of(0xed, 0xa0, 0x80))).toBe("\udced\udca0\udc80")
    expect(SurrogateEscape.decode(Uint8Array.of(0xc0, 0xaf))).toBe("\udcc0\udcaf")
  })

  it("encodes code points like TextEncoder, and each lone surrogate to one byte or not at all", () => {
    const encoder = new TextEncoder()
    const expected = (point: number): Uint8Array | undefined => {
      if (point < 0xd800 || point > 0xdfff) return encoder.encode(String.fromCodePoint(point))
      return point >= 0xdc80 && point <= 0xdcff ? Uint8Array.of(point - 0xdc00) : undefined
    }
    const isRight = (point: number): boolean => {
      const text = String.fromCodePoint(point)
      const bytes = SurrogateEscape.encode(text)
      const right = expected(point)
      if (bytes === undefined || right === undefined) return bytes === right
      return Buffer.compare(bytes, right) === 0 && SurrogateEscape.decode(bytes) === text &&
        SurrogateEscape.byteLength(text) === bytes.length
    }
    const wrong: Array<string> = []
    // All code points below U+11000, the last 16, and every 15th of those between.
    for (let point = 0; point <= 0x10ffff; point += point < 0x11000 || point >= 0x10fff0 ? 1 : 0xf) {
      if (!isRight(point)) wrong.push(point.toString(16))
    }
    expect(wrong).toEqual([])
  })

  it("escapes exactly what TextDecoder refuses, for all combinations of bytes at the bounds of UTF-8", () => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
    const bounds = Buffer.from("007f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff", "hex")
    const wrong: Array<string> = []
    const look = (bytes: Buffer) => {
      const text = SurrogateEscape.decode(bytes)
      const right = isUtf8(bytes)
        ? text === decoder.decode(bytes)
        : !text.isWellFormed() && bytes.equals(SurrogateEscape.encode(text) ?? Buffer.of())
      if (!right) wrong.push(bytes.toString("hex"))
    }
    for (const a of bounds) {
      for (const b of bounds) {
        for (const c of bounds) for (const d of bounds) look(Buffer.of(a, b, c, d))
      }
    }
    expect(wrong).toEqual([])
  })

  it("does not encode a lone surrogate that is not an escaped byte", () => {
    expect(SurrogateEscape.encode("a\ud800")).toBeUndefined()
    expect(SurrogateEscape.encode("\udc41")).toBeUndefined()
  })

  it("finds the texts that decode returns", () => {
    for (const text of ["", "a", "\u00e9", "\u{1f600}", "\ufffd", "a\udcff", "\udced\udca0\udc80", "\udca9\udcc3"]) {
      expect([text, SurrogateEscape.isCanonical(text)]).toEqual([text, true])
    }
    const others = [
      "\ud800",
      "\udc41",
      "\udcc3\udca9",
      "a/\udcff\udcc3\udca9b",
      "\udce2\udc82\udcac",
      "\udcf0\udc9f\udc98\udc80"
    ]
    for (const text of others) expect([text, SurrogateEscape.isCanonical(text)]).toEqual([text, false])
  })

  it("finds only one text for the same bytes", () => {
    const unit = FastCheck.constantFrom(
      ..."a/\u00e9\u{1f600}\ufffd",
      ...[0x80, 0x98, 0x9f, 0xa9, 0xc3, 0xed, 0xf0, 0xff].map((byte) => String.fromCharCode(0xdc00 + byte))
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.array(unit, { maxLength: 8 }), (units) => {
        const text = units.join("")
        const decoded = SurrogateEscape.decode(SurrogateEscape.encode(text) ?? new Uint8Array())
        expect(SurrogateEscape.isCanonical(decoded)).toBe(true)
        expect(SurrogateEscape.isCanonical(text)).toBe(text === decoded)
      }),
      parameters
    )
  })

  it("compareBytes orders names by their bytes", () => {
    const bytes = FastCheck.array(
      FastCheck.constantFrom(0x61, 0x62, 0x80, 0xff).map((byte) => [byte]).chain((byte) =>
        FastCheck.constantFrom(byte, [0xc3, 0xa9], [0xed, 0x9f, 0xbf], [0xef, 0xbd, 0x9e], [0xf0, 0x9f, 0x98, 0x80])
      ),
      { maxLength: 6 }
    ).map((parts) => Uint8Array.from(parts.flat()))
    FastCheck.assert(
      FastCheck.property(bytes, bytes, (a, b) => {
        const order = SurrogateEscape.compareBytes(SurrogateEscape.decode(a), SurrogateEscape.decode(b))
        expect(Math.sign(order)).toBe(Buffer.compare(a, b))
      }),
      parameters
    )
    expect(SurrogateEscape.compareBytes("\ud800", "\ufffd")).toBe(0)
    expect(SurrogateEscape.compareBytes("\udcff\udc7f", "\udcff\ufffd")).toBe(0)
    expect(SurrogateEscape.compareBytes("\ud800\ud83d\ude00\udcff\udd00", "\ufffd\u{1f600}\udcff\ufffd")).toBe(0)
    // Escaped bytes that together are UTF-8 are compared as the bytes of one character. `decode` does not create these.
    expect(SurrogateEscape.compareBytes("\udcc3\udca9", "\u00e9")).toBe(0)
    expect(SurrogateEscape.compareBytes("\udcc3\udca9\u0001", "\u00e9")).toBeGreaterThan(0)
    expect(SurrogateEscape.compareBytes("\u00e9", "\udcc3\udca9\u0001")).toBeLessThan(0)
  })
})
