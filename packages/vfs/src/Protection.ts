/**
 * `fs.protected_symlinks`, `fs.protected_regular` and `fs.protected_fifos` of `proc_sys_fs(5)`: in a sticky directory
 * that others may write to, nobody follows another user's link, or opens another user's file where a new one was meant.
 * The kernel checks this for the links that it follows. Code that follows links itself has to do the same.
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
  /**
   * The user that files of all users outside this process's user namespace seem to belong to. Two such files may have
   * different owners.
   */
  readonly unmapped: number | undefined
}

/**
 * The owner and mode of a link, a file or a directory.
 *
 * @since 0.1.0
 * @category models
 */
export interface Owned {
  readonly uid: number
  readonly mode: number
}

/**
 * The checks. `concernsLink` and `concernsFile` say whether the directory of a link or file has to be looked at;
 * `deniesLink` and `deniesFile` then say whether it forbids to follow or open it.
 *
 * @since 0.1.0
 * @category models
 */
export type Protection = internal.Protection

/**
 * `ownUid` returns the user on whose behalf files are used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (settings: Settings, ownUid: () => number | undefined): Protection =>
  new internal.Protection(settings, ownUid)
