/** Limits for the memory that a command uses for trees of unlimited size. */

/**
 * How many names of the directories that a command is in are kept: sorting a directory needs all of its names. They
 * take at most about 500 MB.
 */
export const MOST_NAMES = 2_000_000

/** The names of a directory do not fit in memory. The errno is the same as from `walkTree`. */
export class TooManyNames extends Error {
  readonly code = "EOVERFLOW"
}

/** How many files with several names are remembered, to recognize them under their other names. */
export const MOST_LINKED = 2_000_000
