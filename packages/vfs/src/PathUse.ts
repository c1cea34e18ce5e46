/**
 * What each operation does with the last component of its paths. The system calls in `fs/namei.c` do the same.
 *
 * @since 0.1.0
 */
import type { Flag } from "./FileSystem.js"
import * as internal from "./internal/pathUse.js"

/**
 * What an operation does with the last component of a path. Every operation follows the links before it.
 *
 * - `follow`: follows a link. The file must exist.
 * - `keep`: acts on a link itself, unless slashes follow it (`O_NOFOLLOW`). The file must exist.
 * - `parent`: resolves the directory before it, and acts on the name in that directory without looking it up. `.`, `..`
 *   and `/` are refused, since they are not names (`LAST_NORM` in `fs/namei.c`).
 * - `create`: like `follow`, but creates the file if the last name is missing, in the path or in a link's target
 *   (`O_CREAT`). Fails with `EISDIR` if slashes follow the name.
 * - `createNew`: like `parent`, but no slash may follow the name (`O_CREAT|O_EXCL`).
 *
 * @since 0.1.0
 * @category models
 */
export type PathUse = "follow" | "keep" | "parent" | "create" | "createNew"

/**
 * What each operation does with each of its paths. Operations that depend on a flag are not listed: use `ofFlag`. The
 * first argument of `symlink` is not listed either, since it is never looked up. The operations for temporary files
 * create a name in the directory that is passed to them.
 *
 * @since 0.1.0
 * @category policies
 */
export const pathUses: typeof internal.pathUses = internal.pathUses

/**
 * Returns what opening a file with a flag does with its path.
 *
 * @since 0.1.0
 * @category policies
 */
export const ofFlag: (flag: Flag) => Exclude<PathUse, "keep" | "parent"> = internal.ofFlag
