/**
 * How a file system resolves its paths: names, the targets of links on the way, destinations, and the directories of
 * temporary files. It is set when the file system is made, and applies to every operation.
 *
 * @since 0.1.0
 */
import type { Containment, Symlinks } from "@procfsroot/path/Policy"

/**
 * The options of every file system inside a root. Each defaults to what the kernel does in a `chroot`.
 *
 * @since 0.1.0
 * @category models
 */
export interface PathPolicy {
  /**
   * What happens at the edge of the root.
   *
   * - `clamp` (the default): `..` at the root stays there, absolute paths and links start at the root.
   * - `reject`: as `clamp`, but `..` at the root is an error.
   * - `beneath`: absolute paths and absolute links are errors as well, as with `RESOLVE_BENEATH`. Temporary files are
   *   then made in `tmp` by default, not in `/tmp`.
   *
   * The error is `EXDEV`, and its cause is `EscapesRoot`.
   */
  readonly containment?: Containment | undefined
  /**
   * Whether links are followed, by default they are. With `forbid`, a link that would have to be followed is `ELOOP` with
   * the cause `SymlinkForbidden`, as with `RESOLVE_NO_SYMLINKS`. Operations on a link itself, such as `readLink`,
   * `rename` and `remove`, are not affected.
   */
  readonly symlinks?: Symlinks | undefined
  /**
   * How many links one path may follow, by default 40, as in the kernel. More are `ELOOP` with the cause
   * `TooManySymlinks`. A value that is not a whole number of at least 0 is a `RangeError` when the file system is made.
   */
  readonly maxSymlinks?: number | undefined
}
