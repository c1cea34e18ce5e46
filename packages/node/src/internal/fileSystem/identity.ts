/** Which file is which. Inode numbers of overlayfs and FUSE take 64 bits, and a JavaScript number holds 53 of them. */
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
 * As one number, for what is compared with `===`.
 *
 * @internal
 */
export const identityOf = (fd: number): bigint => {
  const { dev, ino } = stat(fd)
  return dev << 64n | ino
}
