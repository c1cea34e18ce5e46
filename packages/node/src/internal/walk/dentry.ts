/** The files that a walk by path has found. */
import type * as Walk from "@procfsroot/path/Walk"

/**
 * A file that was found, and what is known about the names in it. `Anchors` knows its path for the next system call.
 *
 * @internal
 */
export interface Dentry {
  /** The directory at which `path` begins; `undefined` if it is the root. */
  readonly anchor: Dentry | undefined
  /** Begins with the path of the root if there is no anchor. None of its components is a link. */
  readonly path: string
  /**
   * Made when the first name is remembered: most files have none, and an empty map takes ten times as much memory
   * as the rest.
   */
  names: Map<string, Walk.Entry<Dentry>> | undefined
  /** The mount of the last link that was found in it. */
  linkMount: number | undefined
  /** Whether no link on this mount may be followed. */
  forbidsLinks: boolean
}

/** @internal */
export const dentry = (anchor: Dentry | undefined, path: string): Dentry => ({
  anchor,
  path,
  names: undefined,
  linkMount: undefined,
  forbidsLinks: false
})
