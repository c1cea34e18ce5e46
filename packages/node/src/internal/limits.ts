/** Limits of system calls. */

/**
 * The most that one call reads or writes (`MAX_RW_COUNT` in `include/linux/fs.h`, for pages of 4,096 bytes). Node throws
 * if it is asked for more.
 *
 * @internal
 */
export const MAX_RW_COUNT = 0x7fff_f000

/**
 * The largest number of a user or group. The next one means that it is not changed (`chown(2)`).
 *
 * @internal
 */
export const MAX_ID = 2 ** 32 - 2
