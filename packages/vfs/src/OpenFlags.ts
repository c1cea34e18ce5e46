/**
 * The flags of open (`open(2)`).
 *
 * @since 0.1.0
 */
import type { Flag } from "./FileSystem.js"
import type { OpenFlags } from "./InodeOperations.js"
import * as internal from "./internal/openFlags.js"

/**
 * The flags for Node's flag string.
 *
 * @example
 * import { OpenFlags } from "@procfsroot/vfs"
 *
 * OpenFlags.fromFlag("wx").exclusive // true
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFlag: (flag: Flag) => OpenFlags = internal.flagsOf
