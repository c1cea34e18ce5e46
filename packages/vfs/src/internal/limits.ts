/** Limits that apply to every file system: those of the kernel for paths and names, and those of attempts. */
import { limit } from "@procfsroot/path/Policy"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"

/**
 * `NAME_MAX`, and `PATH_MAX`, which includes the NUL after the path (`include/uapi/linux/limits.h`).
 *
 * @internal
 */
export const NAME_MAX = 255
/** @internal */
export const PATH_MAX = 4096

/**
 * How many links the kernel follows for one path (`include/linux/namei.h`).
 *
 * @internal
 */
export const MAXSYMLINKS = 40

/**
 * How many times a name that an operation creates can disappear again before the operation gives up.
 *
 * @internal
 */
export const ATTEMPTS = 32

/**
 * How many random names are tried for a temporary directory. If all of them exist, something else must be wrong.
 *
 * @internal
 */
export const RANDOM_NAMES = 100

/** @internal */
export const SLOW_TO_FREE = 8 << 20

/** How many names a batch remembers by default. */
const REMEMBERED = 100_000

/** @internal */
export const remembered = (maxRemembered = REMEMBERED): number => limit("maxRemembered", maxRemembered)

/**
 * Whether the text has more bytes than `limit`. A UTF-16 code unit takes one to three bytes, so the bytes of texts that
 * are clearly short or long enough are not counted.
 */
const exceeds = (text: string, limit: number): boolean =>
  text.length * 3 > limit && (text.length > limit || SurrogateEscape.byteLength(text) > limit)

/** @internal */
export const isNameTooLong = (name: string, limit: number = NAME_MAX): boolean => exceeds(name, limit)

/** @internal */
export const isPathTooLong = (path: string, limit: number = PATH_MAX - 1): boolean => exceeds(path, limit)

/**
 * Whether the text can be encoded as bytes, and no other text can be encoded as the same bytes.
 *
 * @internal
 */
export const isEncodable: (text: string) => boolean = SurrogateEscape.isCanonical
