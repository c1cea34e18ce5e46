/**
 * The flags with which files are opened (`open(2)`).
 *
 * @since 0.1.0
 */
import type { OpenFlags } from "./InodeOperations.js"
import * as internal from "./internal/openFlags.js"
import type { DescriptorFlag } from "./RootDirectory.js"

/**
 * Converts one of Node's flag strings to flags. The additional string `path` stands for `O_PATH`.
 *
 * @example
 * import { OpenFlags } from "@procfsroot/vfs"
 *
 * OpenFlags.fromFlag("wx").exclusive // true
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFlag: (flag: DescriptorFlag) => OpenFlags = internal.fromFlag
