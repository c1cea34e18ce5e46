/** Names as bytes: what `node:fs` is given and what it gives. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"

/**
 * What `node:fs` takes for a path: the text, or its bytes where the text holds escaped bytes.
 *
 * @internal
 */
export const toNode = (path: string): string | Buffer =>
  path.isWellFormed() ? path : Buffer.from(SurrogateEscape.encode(path) ?? path)

/** What Node decodes a byte to that is no UTF-8; the bytes must be read again. */
const REPLACEMENT = "\ufffd"

/**
 * Text that Node decoded, or what `bytes` says where decoding may have lost something.
 *
 * @internal
 */
export const fromNode = (text: string, bytes: () => Uint8Array): string =>
  text.includes(REPLACEMENT) ? SurrogateEscape.decode(bytes()) : text
