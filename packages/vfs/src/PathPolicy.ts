/**
 * How a file system resolves its paths: names, the targets of links on the way, destinations, and the directories of
 * temporary files. It is set when the file system is made, and applies to every operation.
 *
 * @since 0.1.0
 */
import { strictest as strictestOf } from "./internal/pathPolicy.js"
import type { Containment, Mounts, Symlinks } from "@procfsroot/path/Policy"

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
   *   then made in `tmp` by default, not in `/tmp`; with `from`, this is the `tmp` of that directory.
   *
   * The error is `EXDEV`, and its cause is `EscapesRoot`.
   */
  readonly containment?: Containment | undefined
  /**
   * Whether links are followed. By default they are. With `forbid`, a link that would have to be followed is `ELOOP`
   * with the cause `SymlinkForbidden`, as with `RESOLVE_NO_SYMLINKS`. Operations on a link itself, such as `readLink`,
   * `rename` and `remove`, are not affected.
   */
  readonly symlinks?: Symlinks | undefined
  /**
   * Whether mounts inside the root may be entered. By default they may. With `forbid`, a file on another mount than the
   * root is `EXDEV` with the cause `CrossesMount`, as with `RESOLVE_NO_XDEV`. `copy`, a recursive `readDirectory` and a
   * recursive `watch` fail with `EXDEV` if they meet a mount on their way down; `remove` leaves it, and fails with
   * `EBUSY`. Bind mounts are mounts, also of a directory of the same device. In memory, a mount is
   * where the tree says so; an archive has none. `RootFileSystem` cannot tell where a mount begins, and refuses every name that it would look up.
   */
  readonly mounts?: Mounts | undefined
  /**
   * The directory in the root where paths without a leading slash start. By default it is `/`. It must exist when an
   * operation begins. What is above it can be reached by `..`: to confine a program to a directory, make that a root.
   * An empty text or a NUL in it is a `RangeError` when the file system is made.
   */
  readonly from?: string | undefined
  /**
   * How many links one path may follow, by default 40, as in the kernel. More are `ELOOP` with the cause
   * `TooManySymlinks`. A value that is not a whole number of at least 0 is a `RangeError` when the file system is made.
   */
  readonly maxSymlinks?: number | undefined
}

/**
 * A policy for a root inside another one: with `options`, but never less strict than `policy`. Each of them decides where
 * its own relative paths start.
 *
 * @since 0.1.0
 * @category combinators
 */
export const strictest: (policy: PathPolicy | undefined, options: PathPolicy) => PathPolicy = strictestOf
