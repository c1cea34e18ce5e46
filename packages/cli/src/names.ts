/** Formats the names of files for terminals, pipes and JSON. */
import { bytesOf, onTerminal } from "./output.js"

/** Characters that a terminal does not show, or that change its state. The same as in `quote`. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}\p{NChar}]+/gu

/** Characters that have a meaning in a shell, anywhere in a word or at its beginning. */
const special = /[ \t\n!"$&'()*;<=>?[\\^`|]|^[#~]|^$|^[{}]$/

const specialInHeading = new RegExp(`${special.source}|:`)

/** Names with an apostrophe that GNU `ls` puts in double quotes: nothing else in them could need quotes. */
const mild = /^[#~]?[\w\P{ASCII} %'+,\-./:@\]]*$/u

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

const quotedIf = (quoted: RegExp, name: string): string => {
  if (name.search(unprintable) === -1) {
    if (!quoted.test(name)) return name
    if (!name.includes("'")) return `'${name}'`
    if (mild.test(name)) return `"${name}"`
  }
  const text = name.replaceAll("'", "'\\''")
  return `'${
    text.replace(unprintable, (part, at: number) => {
      // An apostrophe or the end closes the quotes itself.
      const isClosed = ["'", undefined].includes(text[at + part.length])
      return `'$'${escaped(part)}${isClosed ? "" : "''"}`
    })
  }'`
}

/** Quotes a name as a word of a shell, like GNU `ls`. The result is safe on a terminal. */
export const shellQuoted = (name: string): string => quotedIf(special, name)

/** A name as it is printed: exact in a pipe or file, quoted on a terminal. */
export const shown = (name: string): string => howShown()(name)

/** The path of a directory above its names. GNU `ls` quotes colons in it, since a colon follows. */
export const heading = (path: string): string => onTerminal() ? quotedIf(specialInHeading, path) : path

/** Like `shown`, but checks only once for many names whether the output is a terminal. */
export const howShown = (): (name: string) => string => onTerminal() ? shellQuoted : (name) => name

/** Combining marks, and the letters of a Korean syllable after its first. */
const noColumn = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u

/** Characters of East Asian scripts, and emoji. A flag is two letters of one column each. */
const twoColumns =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3040-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/u

/** How many columns a text takes on a terminal (roughly as `wcwidth(3)`). */
export const widthOf = (text: string): number => {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) {
    if (noColumn.test(character)) continue
    width += twoColumns.test(character) ? 2 : 1
  }
  return width
}
