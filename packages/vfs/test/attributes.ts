/** Attributes of files that tests make up. */
import type { Attributes } from "@procfsroot/vfs/Attributes"

/** The attributes of a file of 5 bytes, apart from some. */
export const attributesWith = (some: Partial<Attributes>): Attributes => ({
  mode: 0o100644,
  nlink: 1,
  uid: 2,
  gid: 3,
  dev: 4,
  ino: 5,
  rdev: 6,
  size: 5,
  blksize: 7,
  blocks: 8,
  atimeMs: 1,
  mtimeMs: 2,
  ctimeMs: 3,
  birthtimeMs: 4,
  ...some
})
