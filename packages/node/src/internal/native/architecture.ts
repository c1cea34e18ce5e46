/** What the architecture of this process decides. */

/**
 * The architectures on which files can be large without O_LARGEFILE, times and the fields of a `struct statfs` have 64
 * bits, and a number that is a variadic argument is passed like any other.
 */
const architectures: ReadonlySet<string> = new Set(["arm64", "loong64", "riscv64", "x64"])

/** @internal */
export const isLarge = architectures.has(process.arch)
