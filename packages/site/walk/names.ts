/** Names in a field of text: those that are not UTF-8, or that nobody would see, are escaped. */
import { SurrogateEscape } from "@procfsroot/path"

/** Controls, separators, bidirectional marks, characters without a shape, lone surrogates, and the escape itself. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}\\]/gu

const escaped = (character: string): string => {
  if (character === "\\") return "\\\\"
  if (character === "\n") return "\\n"
  const point = character.codePointAt(0) ?? 0
  const isByte = point >= 0xdc80 && point <= 0xdcff
  return isByte ? `\\x${(point - 0xdc00).toString(16)}` : spelled(character)
}

/** A name or path as text that `read` turns back into the same. */
export const write = (name: string): string => name.replace(hidden, escaped)

/** A character that would have a meaning where it stands, as `read` understands it. */
export const spelled = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

const escape = /\\(?:x([\da-f]{2})|u\{([\da-f]{1,6})\}|(.?))/gisu

/** Why a text has no meaning, as the end of a sentence; or the name. */
export type Read = { readonly name: string } | { readonly why: string }

/** Reads `\xff`, a byte; `\u{e9}`, a character; `\n`; and `\\`. */
export const read = (text: string): Read => {
  let why: string | undefined
  const unescaped = text.replace(escape, (all: string, byte?: string, point?: string, other?: string) => {
    if (byte !== undefined) {
      const value = Number.parseInt(byte, 16)
      return String.fromCharCode(value < 0x80 ? value : 0xdc00 + value)
    }
    if (point !== undefined && Number.parseInt(point, 16) <= 0x10ffff) {
      return String.fromCodePoint(Number.parseInt(point, 16))
    }
    if (other === "\\") return "\\"
    if (other === "n") return "\n"
    why ??= `"${all}" is not an escape: write \\\\ for a backslash, \\xff for a byte`
    return all
  })
  if (why !== undefined) return { why }
  // Bytes that are UTF-8 together are that character.
  const bytes = SurrogateEscape.encode(unescaped)
  return { name: bytes === undefined ? unescaped : SurrogateEscape.decode(bytes) }
}
