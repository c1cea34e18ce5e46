/**
 * The policy by which a file system resolves its paths. It is set when the file system is created, and applies to every
 * path of every operation, including destinations, the targets of links on the way, and the directories of temporary
 * files.
 *
 * @since 0.1.0
 */
import { copy as copyOf, strictest as strictestOf } from "./internal/pathPolicy.js"
import type { Containment, Mounts, Symlinks } from "@procfsroot/path/Policy"

/**
 * The policy options of every file system inside a root. By default, paths are resolved as the kernel does after
 * `chroot(2)`.
 *
 * @since 0.1.0
 * @category models
 */
export interface PathPolicy {
  /**
   * What happens when a path would leave the root.
   *
   * - `clamp` (the default): `..` at the root stays there, and absolute paths and links start at the root.
   * - `reject`: like `clamp`, but a `..` at the root is an error.
   * - `beneath`: like `reject`, and absolute paths and absolute links are errors too, as with `RESOLVE_BENEATH`. The
   *   default directory for temporary files is then `tmp` instead of `/tmp`; it is relative to `from`.
   *
   * The error has the code `EXDEV` and the cause `EscapesRoot`.
   */
  readonly containment?: Containment | undefined
  /**
   * Whether links are followed. By default they are. With `forbid`, an operation that would have to follow a link fails
   * with `ELOOP` and the cause `SymlinkForbidden`, as with `RESOLVE_NO_SYMLINKS`. Operations on a link itself, such as
   * `readLink`, `rename` and `remove`, still work.
   */
  readonly symlinks?: Symlinks | undefined
  /**
   * Whether paths may enter mounts inside the root. By default they may. With `forbid`, a path that leads to another
   * mount than that of the root fails with `EXDEV` and the cause `CrossesMount`, as with `RESOLVE_NO_XDEV`. `copy`, a
   * recursive `readDirectory` and a recursive `watch` fail with `EXDEV` if they find a mount on their way down.
   * `remove` of a mount fails with `EXDEV`; if a mount is below the directory, everything else is removed, and `remove`
   * fails with `EBUSY`. A bind mount counts as a mount, even on the same device.
   * In memory, the tree says where mounts are, and an archive has no mounts. `RootFileSystem` cannot detect mounts, so
   * it refuses every name that it would have to look up.
   */
  readonly mounts?: Mounts | undefined
  /**
   * The directory in the root where paths without a leading slash start, by default `/`. It must exist when an
   * operation starts. It does not confine a program: a path can leave it with `..`. To confine a program to this
   * directory, open it as a root. An empty string, or a string that contains a NUL or is not canonical
   * (`SurrogateEscape.isCanonical`), is a `RangeError` when the file system is created.
   */
  readonly from?: string | undefined
  /**
   * The number of links that one path may follow, by default 40 as in the kernel. A path with more links fails with
   * `ELOOP` and the cause `TooManySymlinks`. A value that is not a whole number of at least 0 is a `RangeError` when
   * the file system is created.
   */
  readonly maxSymlinks?: number | undefined
}

/**
 * Copies the policy in an object with other fields as well. It reads each field once, even an inherited one.
 *
 * @since 0.1.0
 * @category combinators
 */
export const copy: (policy: PathPolicy) => Required<PathPolicy> = copyOf

/**
 * Returns the policy for a root inside another root. For each option, this is the stricter of the values in `policy`
 * and `options`. But `from` is always that of `options`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const strictest: (policy: PathPolicy | undefined, options: PathPolicy) => PathPolicy = strictestOf
