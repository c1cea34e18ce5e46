/**
 * The flags of open (`open(2)`).
 *
 * @since 0.1.0
 */
import type { OpenFlags } from "./InodeOperations.js"
import * as internal from "./internal/openFlags.js"
import type { DescriptorFlag } from "./RootDirectory.js"

/**
 * The flags for Node's flag string, or for `path`, which is `O_PATH`.
 *
 * @example
 * import { OpenFlags } from "@procfsroot/vfs"
 *
 * OpenFlags.fromFlag("wx").exclusive // true
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFlag: (flag: DescriptorFlag) => OpenFlags = internal.flagsOf
