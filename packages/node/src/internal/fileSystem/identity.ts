/**
 * Identifies files by device and inode number, as bigints: the inode numbers of overlayfs and FUSE have 64 bits, and a
 * JavaScript number is exact only up to 53 bits.
 */
import { fstatSync } from "node:fs"

/** @internal */
export interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

/** @internal */
export const stat = (fd: number) => fstatSync(fd, { bigint: true })

/** @internal */
export const isSame = (a: Identity, b: Identity): boolean => a.dev === b.dev && a.ino === b.ino

/**
 * An inode number as it is: Node shows one of 2^63 or more as a negative number.
 *
 * @internal
 */
export const inodeNumber = (shown: bigint): bigint => BigInt.asUintN(64, shown)

/**
 * The identity as one bigint, which can be compared with `===`.
 *
 * @internal
 */
export const identityOf = (fd: number): bigint => {
  const { dev, ino } = stat(fd)
  return dev << 64n | inodeNumber(ino)
}
