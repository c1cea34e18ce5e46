/** Converts names whose invalid bytes are escaped to and from the names that `node:fs` takes and returns. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import * as Errno from "@procfsroot/vfs/Errno"
import { isDeno } from "./runtime.js"

/**
 * A path for `node:fs`: the text itself, or its bytes if it contains escaped bytes. Deno would take them for another
 * name.
 *
 * @internal
 */
export const toNode = (path: string): string | Buffer => {
  if (path.isWellFormed()) return path
  if (isDeno) throw Errno.make("EILSEQ")
  return Buffer.from(SurrogateEscape.encode(path) ?? path)
}

/** Node decodes invalid UTF-8 to this character. If a text contains it, the bytes must be read again. */
const REPLACEMENT = "\ufffd"

/**
 * A text that Node decoded, or the decoded result of `bytes` if Node may have lost bytes.
 *
 * @internal
 */
export const fromNode = (text: string, bytes: () => Uint8Array): string =>
  text.includes(REPLACEMENT) ? SurrogateEscape.decode(bytes()) : text

const beyondAscii = /[\x80-\xff]/

/**
 * Whether a name with one character for each byte is the text itself.
 *
 * @internal
 */
export const isAscii = (name: string): boolean => !beyondAscii.test(name)

/**
 * Decodes a name that has one character for each byte. Invalid UTF-8 is escaped.
 *
 * @internal
 */
export const fromLatin1 = (name: string): string =>
  isAscii(name) ? name : SurrogateEscape.decode(Buffer.from(name, "latin1"))
