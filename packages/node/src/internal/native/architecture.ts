/** What the architecture of this process decides. */

interface Architecture {
  /**
   * Whether files can be large without O_LARGEFILE, a `long`, times and the fields of a `struct statfs` have 64 bits, and
   * a number that is a variadic argument is passed like any other.
   */
  readonly isLarge: boolean
  // The numbers of system calls, in `asm/unistd.h`.
  readonly getdents64: number
  readonly mknodat: number
  readonly renameat2: number
}

/** All newer architectures have the same numbers. */
const newer: Architecture = { isLarge: true, getdents64: 61, mknodat: 33, renameat2: 276 }

/** Those with native calls. All are little-endian: memory is read as such. */
const architectures: Readonly<Record<string, Architecture>> = {
  arm: { isLarge: false, getdents64: 217, mknodat: 324, renameat2: 382 },
  arm64: newer,
  ia32: { isLarge: false, getdents64: 220, mknodat: 297, renameat2: 353 },
  loong64: newer,
  ppc64: { isLarge: true, getdents64: 202, mknodat: 288, renameat2: 357 },
  riscv64: newer,
  x64: { isLarge: true, getdents64: 217, mknodat: 259, renameat2: 316 }
}

/** @internal */
export const isLarge = architectures[process.arch]?.isLarge ?? false

/**
 * The numbers of system calls for which not every C library has functions; `undefined` if they are not known.
 *
 * @internal
 */
export const callNumbers = (): Omit<Architecture, "isLarge"> | undefined => architectures[process.arch]
