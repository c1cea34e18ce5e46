/**
 * Characters that could garble a terminal or be invisible in a message: controls, separators, bidirectional marks,
 * escapes, and those that fonts may not show (`DI`, such as U+3164, a blank letter).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}"\\]/gu

/**
 * A path to show to people: in double quotes, with unprintable characters escaped as in JSON.
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
