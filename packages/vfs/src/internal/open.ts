/** Opens files: existing ones through their handles, new ones by a name in a directory that is held. */
import type { OpenFlags } from "../InodeOperations.js"
import { checkMode } from "./arguments.js"
import { fail, isErrno } from "./errno.js"
import { isDirectory } from "./mode.js"
import type { PathResolver } from "./pathResolver.js"

/** How often a name may appear and vanish during the operation before it gives up. */
const ATTEMPTS = 128

const createNew = <H, F>(resolver: PathResolver<H, F>, path: string, flags: OpenFlags, mode: number): F => {
  const place = resolver.place(path, "EEXIST")
  if (!place.slash) return resolver.operations.create(place, flags, mode)
  resolver.checkSearch(place)
  return fail("EISDIR")
}

const createOrOpen = <H, F>(resolver: PathResolver<H, F>, path: string, flags: OpenFlags, mode: number): F => {
  const { operations } = resolver
  for (let attempt = 1;; attempt++) {
    const target = resolver.target(path)
    if ("inode" in target) {
      // Linux refuses to open a directory with O_CREAT (`do_open` in `fs/namei.c`).
      if (isDirectory(operations.getattr(target.inode))) fail("EISDIR")
      return operations.openInode(target.inode, flags)
    }
    try {
      return operations.create(target, flags, mode)
    } catch (thrown) {
      // Another process has made it in between. It is opened, or followed, like any other.
      if (!isErrno(thrown) || thrown.code !== "EEXIST" || attempt === ATTEMPTS) throw thrown
    }
  }
}

/**
 * Returns the open file, which the caller closes.
 *
 * @internal
 */
export const openPath = <H, F>(resolver: PathResolver<H, F>, path: string, flags: OpenFlags, mode: number): F => {
  checkMode(mode)
  if (!flags.create) return resolver.operations.openInode(resolver.existing(path), flags)
  return (flags.exclusive ? createNew : createOrOpen)(resolver, path, flags, mode)
}
