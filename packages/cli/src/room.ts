/** How much is kept in memory of trees that may never end. */

/**
 * Names of the directories that a command is in: sorting a directory takes all of its names. These are some 500 MB at
 * most.
 */
export const MOST_NAMES = 2_000_000

/** There is no room for the names of a directory. The errno is that of `walkTree`. */
export class TooManyNames extends Error {
  readonly code = "EOVERFLOW"
}

/** Files with several names that are remembered, to be known again by another name. */
export const MOST_LINKED = 2_000_000
