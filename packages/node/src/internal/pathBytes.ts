/** Names as bytes: converts to and from what `node:fs` takes and returns. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"

/**
 * A path for `node:fs`: the text, or its bytes if the text contains escaped bytes.
 *
 * @internal
 */
export const toNode = (path: string): string | Buffer =>
  path.isWellFormed() ? path : Buffer.from(SurrogateEscape.encode(path) ?? path)

/** What Node decodes invalid UTF-8 to. The bytes must be read again. */
const REPLACEMENT = "\ufffd"

/**
 * Text that Node decoded, or the decoded result of `bytes` if Node may have lost something.
 *
 * @internal
 */
export const fromNode = (text: string, bytes: () => Uint8Array): string =>
  text.includes(REPLACEMENT) ? SurrogateEscape.decode(bytes()) : text

const beyondAscii = /[\x80-\xff]/

/**
 * Decodes a name that has one character for each byte. Invalid UTF-8 is escaped.
 *
 * @internal
 */
export const fromLatin1 = (name: string): string =>
  beyondAscii.test(name) ? SurrogateEscape.decode(Buffer.from(name, "latin1")) : name
