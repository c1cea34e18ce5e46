/**
 * What operations do with the last component of their paths, as their system calls do in `fs/namei.c`.
 *
 * @since 0.1.0
 */
import type { Flag } from "./FileSystem.js"
import * as internal from "./internal/pathUse.js"

/**
 * What an operation does with the last component of a path. All of them follow every link before it.
 *
 * - `follow`: a link there is followed; the file must exist.
 * - `keep`: a link there is the file itself, unless slashes follow it; the file must exist (`O_NOFOLLOW`).
 * - `parent`: the directory before it is resolved, and the operation acts on the name in it, which is not looked up. `.`,
 *   `..` and `/` are not names (`LAST_NORM` in `fs/namei.c`).
 * - `create`: as `follow`, but the last name may be missing, also that of a link's target; then it is made there
 *   (`O_CREAT`). Slashes after it are `EISDIR`.
 * - `createNew`: as `parent`, but a name is required, and no slash may follow it (`O_CREAT|O_EXCL`).
 *
 * @since 0.1.0
 * @category models
 */
export type PathUse = "follow" | "keep" | "parent" | "create" | "createNew"

/**
 * What each operation does with each of its paths. Those that depend on a flag are missing: `ofFlag`. The first argument
 * of `symlink` is text, and never looked up. The temporary ones make a name in the directory they are given.
 *
 * @since 0.1.0
 * @category policies
 */
export const pathUses: typeof internal.pathUses = internal.pathUses

/**
 * What opening a file with a flag does with its path.
 *
 * @since 0.1.0
 * @category policies
 */
export const ofFlag: (flag: Flag) => Exclude<PathUse, "keep" | "parent"> = internal.ofFlag
