/**
 * `fs.protected_symlinks`, `fs.protected_regular` and `fs.protected_fifos` of `proc_sys_fs(5)`: in a sticky directory that
 * others may write to, nobody is led on by another's link, nor opens another's file where a new one was meant. The kernel
 * checks the paths that it follows; whatever follows links itself has to check as the kernel does.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/protection.js"

/**
 * The settings, as numbers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  readonly symlinks: number
  readonly regular: number
  readonly fifos: number
  /** What files of users outside this process's user namespace seem to belong to: two of them may have two owners. */
  readonly unmapped: number | undefined
}

/**
 * What a link, a file or a directory says of its owner.
 *
 * @since 0.1.0
 * @category models
 */
export interface Owned {
  readonly uid: number
  readonly mode: number
}

/**
 * What is asked of a link or a file and its directory: by `concernsLink` and `concernsFile` whether the directory matters at
 * all, by `deniesLink` and `deniesFile` whether it forbids to follow or to open.
 *
 * @since 0.1.0
 * @category models
 */
export type Protection = internal.Protection

/**
 * `ownUid` is the user who acts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (settings: Settings, ownUid: () => number | undefined): Protection =>
  new internal.Protection(settings, ownUid)
