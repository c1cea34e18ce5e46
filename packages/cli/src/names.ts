/** How names of files are shown. */
import { bytesOf, onTerminal } from "./output.js"

/** What a terminal does not show, or acts on, as in `quote`. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]+/gu

/** What a shell acts on anywhere in a word, and at its beginning. */
const special = /[ \t\n!"$&'()*;<=>?[\\^`|]|^[#~]|^$|^[{}]$/

const letters: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r"
}

const escaped = (part: string): string =>
  Array.from(part, (character) =>
    letters[character] ??
      Array.from(bytesOf(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")).join("")

/** As a word of a shell, in the way of GNU `ls`, and safe on a terminal. */
export const shellQuoted = (name: string): string => {
  if (name.search(unprintable) === -1) {
    if (!special.test(name)) return name
    if (!name.includes("'")) return `'${name}'`
    return /["$`\\!]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`
  }
  const text = name.replaceAll("'", "'\\''")
  return `'${text.replace(unprintable, (part) => `'$'${escaped(part)}''`)}'`.replace(/''$/, "")
}

/** Exact where a program reads it, quoted where a person does. */
export const shown = (name: string): string => howShown()(name)

/** As `shown`, for many names. */
export const howShown = (): (name: string) => string => onTerminal() ? shellQuoted : (name) => name

/** A text of names for JSON: readable, and exact in base64 if it is not UTF-8. */
export const exactly = (key: string, text: string): Readonly<Record<string, string>> =>
  text.isWellFormed()
    ? { [key]: text }
    : { [key]: text.toWellFormed(), [`${key}_base64`]: Buffer.from(bytesOf(text)).toString("base64") }

/** How many columns a text takes: wide characters two, marks none (`wcwidth(3)`, roughly). */
export const widthOf = (text: string): number => {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
          .test(character)
        ? 2
        : 1
  }
  return width
}
