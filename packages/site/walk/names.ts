/** Writes names as text that can be edited: bytes that are not UTF-8 and invisible characters are escaped. */
import { SurrogateEscape } from "@procfsroot/path"

/**
 * Control characters, separators, bidirectional marks, invisible characters, lone surrogates, and the backslash of
 * escapes.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}\\]/gu

const escaped = (character: string): string => {
  if (character === "\\") return "\\\\"
  if (character === "\n") return "\\n"
  const point = character.codePointAt(0) ?? 0
  const isByte = point >= 0xdc80 && point <= 0xdcff
  return isByte ? `\\x${(point - 0xdc00).toString(16)}` : spelled(character)
}

/** Writes a name or path as text that `read` converts back. */
export const write = (name: string): string => name.replace(hidden, escaped)

/** Escapes a character that would have a special meaning at its position, in a form that `read` understands. */
export const spelled = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

const escape = /\\(?:x([\da-f]{2})|u\{([\da-f]{1,6})\}|(.?))/gisu

/** The name, or why the text is not valid, as the end of a sentence. */
export type Read = { readonly name: string } | { readonly why: string }

/** Reads text with escapes: `\xff` for a byte, `\u{e9}` for a character, `\n` and `\\`. */
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
  // Bytes that together are UTF-8 become the character that they encode.
  const bytes = SurrogateEscape.encode(unescaped)
  return { name: bytes === undefined ? unescaped : SurrogateEscape.decode(bytes) }
}
