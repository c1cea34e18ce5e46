/**
 * File names are bytes, strings are not. Here a byte that is no part of well-formed UTF-8 becomes a lone surrogate,
 * U+DC80 to U+DCFF, as in Python's `surrogateescape` (PEP 383): two names never become one string, and every name can be
 * given back to the system as it was.
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
 * The bytes of a string, or `undefined` where it holds a lone surrogate that stands for no byte: such a string names no
 * file.
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
 * How many bytes the name takes; the kernel's limits count bytes: 255 a name, 4,095 a path (`NAME_MAX`, `PATH_MAX` in
 * `include/uapi/linux/limits.h`).
 *
 * @since 0.1.0
 * @category conversions
 */
export const byteLength: (text: string) => number = internal.byteLength
