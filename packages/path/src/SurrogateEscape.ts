/**
 * Converts file names, which are bytes, to strings and back. Each byte that is not part of well-formed UTF-8 becomes a
 * lone surrogate, U+DC80 to U+DCFF, as in Python's `surrogateescape` (PEP 383). So different names are different
 * strings, and every name can be converted back to its bytes.
 *
 * `decode` returns one string for each name. Other strings can stand for the same bytes: `"\udcc3\udca9"` and
 * `"\u00e9"` have the same bytes. Paths with such strings are refused, so that paths can be compared as strings. See
 * `isCanonical`.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/surrogateEscape.js"

/**
 * Converts the bytes of a name to a string.
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
 * Converts a string to the bytes of a name. Returns `undefined` if the string contains a lone surrogate that is not an
 * escaped byte, since no file can have such a name. Two strings can have the same bytes, unless `isCanonical` returns
 * `true` for both.
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
 * Returns `true` if `decode` can return this text. No other text for which this is true has the same bytes. Returns
 * `false` for a lone surrogate that is not an escaped byte, and for escaped bytes that together are well-formed UTF-8,
 * such as those of `"\u00e9"` below.
 *
 * @example
 * import { SurrogateEscape } from "@procfsroot/path"
 *
 * SurrogateEscape.isCanonical("a\udcff") // true
 * SurrogateEscape.isCanonical("\udcc3\udca9") // false
 * SurrogateEscape.isCanonical("\ud800") // false
 *
 * @since 0.1.0
 * @category predicates
 */
export const isCanonical: (text: string) => boolean = internal.isCanonical

/**
 * Returns the length of a name or path in bytes. The kernel's limits are in bytes: 255 for a name and 4,095 for a path
 * (`NAME_MAX`, `PATH_MAX` in `include/uapi/linux/limits.h`).
 *
 * @since 0.1.0
 * @category conversions
 */
export const byteLength: (text: string) => number = internal.byteLength

/**
 * Compares two names by their bytes. Pass it to `toSorted` to get the order of `LC_ALL=C sort`, and of most tools that
 * list names. JavaScript's `<` orders characters after U+D7FF and escaped bytes differently. A lone surrogate that is
 * not an escaped byte is compared as U+FFFD.
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
