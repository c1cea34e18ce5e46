/**
 * The largest major number of Linux, and below it the largest minor number (`MKDEV` in `include/linux/kdev_t.h`).
 *
 * @internal
 */
export const MAX_MAJOR = 0xfff

/** @internal */
export const MAX_MINOR = 0xf_ffff

/**
 * Uses arithmetic, because bit operations would make a number of more than 31 bits negative.
 *
 * @internal
 */
export const make = (major: number, minor: number): number =>
  (minor % 0x100) + (major % 0x1000) * 0x100 + Math.floor(minor / 0x100) * 0x10_0000
