/**
 * Characters that could garble a terminal or hide in a message: controls, separators, bidirectional marks, escapes, and
 * whatever a font may leave out (`DI`, such as U+3164, a letter without ink).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}"\\]/gu

/**
 * A path as people may be shown it: in double quotes, with what cannot be printed as in JSON.
 *
 * @internal
 */
export const quote = (text: string): string =>
  `"${
    text.replace(unprintable, (character) => {
      if (character === "\"" || character === "\\") return `\\${character}`
      if (character === "\n") return "\\n"
      return Array.from(
        { length: character.length },
        (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`
      ).join("")
    })
  }"`
