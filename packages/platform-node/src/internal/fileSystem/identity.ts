/** Which file is which. Inode numbers of overlayfs and FUSE take 64 bits, and a JavaScript number holds 53 of them. */
import { fstatSync, lstatSync } from "node:fs"

/** @internal */
export interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

const exact = { bigint: true } as const

/** @internal */
export const stat = (fd: number) => fstatSync(fd, exact)

/**
 * What has a name, `undefined` where nothing has; a link is what it is.
 *
 * @internal
 */
export const statName = (path: string | Buffer) => lstatSync(path, { ...exact, throwIfNoEntry: false })

/** @internal */
export const isSame = (a: Identity, b: Identity): boolean => a.dev === b.dev && a.ino === b.ino
