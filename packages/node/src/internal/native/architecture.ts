/** What the architecture of this process decides. */

/**
 * The architectures on which files can be large without O_LARGEFILE, times and the fields of a `struct statfs` have 64
 * bits, and a number that is a variadic argument is passed like any other.
 */
const architectures: ReadonlySet<string> = new Set(["arm64", "loong64", "ppc64", "riscv64", "x64"])

/** @internal */
export const isLarge = architectures.has(process.arch)

interface CallNumbers {
  readonly getdents64: number
  readonly mknodat: number
  readonly renameat2: number
}

/** All newer architectures have the same numbers. */
const generic: CallNumbers = { getdents64: 61, mknodat: 33, renameat2: 276 }

/** `asm/unistd.h` of each architecture. */
const numbers: Readonly<Record<string, CallNumbers>> = {
  arm: { getdents64: 217, mknodat: 324, renameat2: 382 },
  arm64: generic,
  ia32: { getdents64: 220, mknodat: 297, renameat2: 353 },
  loong64: generic,
  ppc64: { getdents64: 202, mknodat: 288, renameat2: 357 },
  riscv64: generic,
  x64: { getdents64: 217, mknodat: 259, renameat2: 316 }
}

/**
 * The numbers of system calls for which not every C library has functions; `undefined` if they are not known.
 *
 * @internal
 */
export const callNumbers = (): CallNumbers | undefined => numbers[process.arch]
