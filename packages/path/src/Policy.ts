/**
 * How to resolve a path, as data.
 *
 * @since 0.1.0
 */

/**
 * What happens at the edge of the root.
 *
 * - `clamp`: `..` at the root stays there, absolute paths and links start at the root. As `RESOLVE_IN_ROOT` and
 *   `chroot(2)`.
 * - `reject`: as `clamp`, but `..` at the root is an error (`EXDEV`).
 * - `beneath`: absolute paths and absolute links are errors as well. As `RESOLVE_BENEATH`.
 *
 * @since 0.1.0
 * @category models
 */
export type Containment = "clamp" | "reject" | "beneath"

/**
 * What happens to the last component of the path.
 *
 * - `follow`: a link there is followed.
 * - `keep`: a link there is the result, as with `O_NOFOLLOW`. With a slash, `/.` or `/..` after it, it is not the last
 *   component and is followed.
 * - `unchecked`: it is not looked up: it may be missing, too long, or a link.
 *
 * @since 0.1.0
 * @category models
 */
export type LastComponent = "follow" | "keep" | "unchecked"

/**
 * What may be missing.
 *
 * - `error`: nothing.
 * - `last`: the last name, with or without slashes after it, as in `realpath(1)`.
 * - `tail`: any tail; a `..` removes the missing name before it, as in `realpath -m`.
 *
 * @since 0.1.0
 * @category models
 */
export type Missing = "error" | "last" | "tail"

/**
 * Whether links may be followed; `forbid` is `RESOLVE_NO_SYMLINKS` (`ELOOP`).
 *
 * @since 0.1.0
 * @category models
 */
export type Symlinks = "follow" | "forbid"

/**
 * Whether mounts inside the root may be entered; `forbid` is `RESOLVE_NO_XDEV` (`EXDEV`): everything on the way must be
 * on the mount that the root is on.
 *
 * @since 0.1.0
 * @category models
 */
export type Mounts = "cross" | "forbid"

/**
 * All options.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  readonly containment: Containment
  readonly lastComponent: LastComponent
  readonly missing: Missing
  readonly symlinks: Symlinks
  readonly mounts: Mounts
  /**
   * The directory in the root where paths without a leading slash start, like the working directory after `chroot(2)`.
   * It must exist, also where `missing` would permit a missing name, and the other options apply to it as to the path.
   * What is above it, up to the root, can be reached by `..`.
   */
  readonly from: string
  /** How many links one walk may follow; the kernel's limit is 40 (`MAXSYMLINKS` in `include/linux/namei.h`). */
  readonly maxSymlinks: number
}

/**
 * The options that differ from `defaultPolicy`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Partial<Policy> {}

/**
 * What the kernel does, with a larger limit for links: `clamp`, `follow`, `error`, `follow`, `cross`, `/`, 255.
 *
 * @since 0.1.0
 * @category constructors
 */
export const defaultPolicy: Policy = {
  containment: "clamp",
  lastComponent: "follow",
  missing: "error",
  symlinks: "follow",
  mounts: "cross",
  from: "/",
  maxSymlinks: 255
}

/**
 * Fills in the defaults, also for options that are `undefined`. Throws a `RangeError` if `maxSymlinks` is not a whole
 * number of at least 0, or `from` is empty or contains a NUL character.
 *
 * @example
 * import { Policy } from "@procfsroot/path"
 *
 * Policy.make({ missing: "tail" }).containment // "clamp"
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Policy => {
  if (options === undefined) return defaultPolicy
  const maxSymlinks = options.maxSymlinks ?? defaultPolicy.maxSymlinks
  if (!Number.isInteger(maxSymlinks) || maxSymlinks < 0) {
    throw new RangeError(`maxSymlinks must be a whole number of at least 0, not ${maxSymlinks}`)
  }
  const from = options.from ?? defaultPolicy.from
  if (from === "" || from.includes("\0")) {
    throw new RangeError(`from must be a path that is not empty and without NUL, not ${JSON.stringify(from)}`)
  }
  // Not by a spread: it would copy an `undefined`, which callers without exactOptionalPropertyTypes may pass.
  return {
    containment: options.containment ?? defaultPolicy.containment,
    lastComponent: options.lastComponent ?? defaultPolicy.lastComponent,
    missing: options.missing ?? defaultPolicy.missing,
    symlinks: options.symlinks ?? defaultPolicy.symlinks,
    mounts: options.mounts ?? defaultPolicy.mounts,
    from,
    maxSymlinks
  }
}

/**
 * The text that a walk resolves for a path: a path without a leading slash starts at `from`. The empty path stays
 * empty, as it names nothing.
 *
 * @example
 * import { Policy } from "@procfsroot/path"
 *
 * Policy.textOf(Policy.make({ from: "/home/ada" }), "notes") // "home/ada/notes"
 *
 * @since 0.1.0
 * @category getters
 */
export const textOf = ({ from }: Pick<Policy, "from">, path: string): string => {
  if (from === "/" || path === "" || path.startsWith("/")) return path
  // Without its leading slashes, since `beneath` refuses absolute paths. Nothing else of it is changed.
  const directory = from.replace(/^\/+/, "")
  return directory === "" ? path : `${directory}/${path}`
}
