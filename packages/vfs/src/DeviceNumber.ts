/**
 * Device numbers, as in the field `rdev` of a file's attributes.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/deviceNumber.js"

/**
 * Combines a major and a minor number, for example 1 and 3 for `/dev/null`. The major number has at most 12 bits, and
 * the minor number at most 20 (`new_encode_dev` in `include/linux/kdev_t.h`).
 *
 * @example
 * import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
 *
 * DeviceNumber.make(1, 3) // 259
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (major: number, minor: number) => number = internal.make
