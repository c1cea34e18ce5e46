/** What the kernel takes for a path at all, whatever is there. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"

/** `NAME_MAX` and `PATH_MAX`, which counts the NUL behind the path (`include/uapi/linux/limits.h`). */
const NAME_MAX = 255
const PATH_MAX = 4096

/**
 * The largest mode: Node ends the process by an assertion in C++ where one takes the 32nd bit.
 *
 * @internal
 */
export const MAX_MODE = 0x7fff_ffff

/**
 * `(uid_t) -1`, which `chown(2)` takes for no id.
 *
 * @internal
 */
export const NO_ID = 0xffff_ffff

/**
 * How many links the kernel follows for one path (`include/linux/namei.h`).
 *
 * @internal
 */
export const MAXSYMLINKS = 40

/** A character takes three bytes at most, a pair of surrogates four: short text need not be counted. */
const exceeds = (text: string, limit: number): boolean =>
  text.length * 3 > limit && SurrogateEscape.byteLength(text) > limit

/** @internal */
export const isNameTooLong = (name: string): boolean => exceeds(name, NAME_MAX)

/** @internal */
export const isPathTooLong = (path: string): boolean => exceeds(path, PATH_MAX - 1)

/**
 * Whether the text stands for bytes at all.
 *
 * @internal
 */
export const isEncodable = (text: string): boolean => text.isWellFormed() || SurrogateEscape.encode(text) !== undefined
