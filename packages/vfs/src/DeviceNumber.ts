/**
 * Device numbers, as in the field `rdev` of a file's attributes.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/deviceNumber.js"

/**
 * Combines a major number of at most 12 bits and a minor number of at most 20 bits, for example 1 and 3 for `/dev/null`
 * (`new_encode_dev` in `include/linux/kdev_t.h`).
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
