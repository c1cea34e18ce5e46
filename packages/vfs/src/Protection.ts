/**
 * The checks of `fs.protected_symlinks`, `fs.protected_regular` and `fs.protected_fifos` (`proc_sys_fs(5)`). In a
 * sticky directory that others may write to, the kernel does not follow another user's link, and does not open another
 * user's file with `O_CREAT`. It checks only the links that it follows itself, so code that follows links has to do the
 * same.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/protection.js"

/**
 * The values of the kernel's settings. 0 does not forbid anything. The largest value is 1 or 2.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  readonly symlinks: number
  readonly regular: number
  readonly fifos: number
  /**
   * The user that files seem to belong to if their owner is not in this process's user namespace. Two such files may
   * have different owners.
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
 * The checks. `concernsLink` and `concernsFile` return `true` if the directory of a link or file has to be checked.
 * `deniesLink` and `deniesFile` then return `true` if the link must not be followed, or the file must not be opened.
 *
 * @since 0.1.0
 * @category models
 */
export type Protection = internal.Protection

/**
 * Creates the checks for a user. `ownUid` returns the id of the user that the program acts for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (settings: Settings, ownUid: () => number | undefined): Protection =>
  new internal.Protection(settings, ownUid)
