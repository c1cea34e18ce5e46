/** Limits of system calls. */

/**
 * The most that one call reads or writes (`MAX_RW_COUNT` in `include/linux/fs.h`, for pages of 4,096 bytes). Node throws
 * if it is asked for more.
 *
 * @internal
 */
export const MAX_RW_COUNT = 0x7fff_f000
