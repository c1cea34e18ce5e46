/** Opens files: existing ones through their handles, new ones by name in the handle of their directory. */
import type { OpenFlags, ParentAndName } from "../InodeOperations.js"
import { checkMode } from "./arguments.js"
import { fail, isErrno } from "./errno.js"
import { isDirectory, typeOf } from "./mode.js"
import type { PathResolver } from "./pathResolver.js"

/** How many times a name can appear and disappear again during the operation before it gives up. */
const ATTEMPTS = 128

/**
 * Returns the place of a file that must not exist yet (`O_CREAT | O_EXCL`). Slashes after the name fail with EISDIR,
 * whatever is there.
 *
 * @internal
 */
export const newPlace = <H, F>(resolver: PathResolver<H, F>, path: string): ParentAndName<H> => {
  const place = resolver.place(path, "EEXIST")
  if (!place.slash) return place
  resolver.checkSearch(place)
  return fail("EISDIR")
}

/** O_NOFOLLOW refuses a link itself (`may_open` in `fs/namei.c`). */
const openFound = <H, F>({ operations }: PathResolver<H, F>, inode: H, flags: OpenFlags, noFollow: boolean): F => {
  if (noFollow && typeOf(operations.getattr(inode)) === "SymbolicLink") fail("ELOOP")
  return operations.openInode(inode, flags)
}

const createOrOpen = <H, F>(
  resolver: PathResolver<H, F>,
  path: string,
  flags: OpenFlags,
  mode: number,
  noFollow: boolean
): F => {
  const { operations } = resolver
  for (let attempt = 1;; attempt++) {
    const target = resolver.target(path, noFollow)
    if ("inode" in target) {
      // Linux refuses to open a directory with O_CREAT (`do_open` in `fs/namei.c`).
      if (isDirectory(operations.getattr(target.inode))) fail("EISDIR")
      return openFound(resolver, target.inode, flags, noFollow)
    }
    try {
      return operations.create(target, flags, mode)
    } catch (thrown) {
      // Another process has created the name in the meantime. Resolve the path again, to open that file or follow that
      // link.
      if (!isErrno(thrown) || thrown.code !== "EEXIST" || attempt === ATTEMPTS) throw thrown
    }
  }
}

/**
 * Opens a file, which the caller has to close.
 *
 * @internal
 */
export const openPath = <H, F>(
  resolver: PathResolver<H, F>,
  path: string,
  flags: OpenFlags,
  mode: number,
  noFollow = false
): F => {
  checkMode(mode)
  resolver.checkToOpen(path)
  const opened = resolver.opened(path, flags, mode, noFollow)
  if (opened !== undefined) return opened
  if (flags.create && flags.exclusive) return resolver.operations.create(newPlace(resolver, path), flags, mode)
  if (flags.create) return createOrOpen(resolver, path, flags, mode, noFollow)
  return openFound(resolver, noFollow ? resolver.kept(path) : resolver.existing(path), flags, noFollow)
}
