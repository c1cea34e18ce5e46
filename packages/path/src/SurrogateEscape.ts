/**
 * File names are bytes, strings are not. Here, each byte that is not part of well-formed UTF-8 becomes a lone
 * surrogate, U+DC80 to U+DCFF, as in Python's `surrogateescape` (PEP 383). So different names are different strings,
 * and every name can be converted back to its bytes.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/surrogateEscape.js"

/**
 * The string for a name's bytes.
 *
 * @example
 * import { SurrogateEscape } from "@procfsroot/path"
 *
 * SurrogateEscape.decode(new Uint8Array([0x61, 0xff])) // "a\udcff"
 *
 * @since 0.1.0
 * @category conversions
 */
export const decode: (bytes: Uint8Array) => string = internal.decode

/**
 * The bytes of a string, or `undefined` if it contains a lone surrogate that is not an escaped byte: such a string
 * cannot name a file.
 *
 * @example
 * import { SurrogateEscape } from "@procfsroot/path"
 *
 * SurrogateEscape.encode("a\udcff") // new Uint8Array([0x61, 0xff])
 * SurrogateEscape.encode("\ud800") // undefined
 *
 * @since 0.1.0
 * @category conversions
 */
export const encode: (text: string) => Uint8Array | undefined = internal.encode

/**
 * How many bytes the name has. The kernel's limits are in bytes: 255 per name, 4,095 per path (`NAME_MAX`, `PATH_MAX`
 * in `include/uapi/linux/limits.h`).
 *
 * @since 0.1.0
 * @category conversions
 */
export const byteLength: (text: string) => number = internal.byteLength

/**
 * Compares two names by their bytes, for `toSorted`: the order of `LC_ALL=C sort`, and of most tools that list names.
 * JavaScript's `<` has another order for characters beyond U+D7FF and for escaped bytes. A lone surrogate that is not an
 * escaped byte counts as U+FFFD.
 *
 * @example
 * import { SurrogateEscape } from "@procfsroot/path"
 *
 * const names = ["b", "\u{1f600}", "a", "\uff5e"].toSorted(SurrogateEscape.compareBytes) // "a", "b", "\uff5e", "\u{1f600}"
 *
 * @since 0.1.0
 * @category comparison
 */
export const compareBytes: (a: string, b: string) => number = internal.compareBytes
