/** Opens files: existing ones through their handles, new ones by name in the handle of their directory. */
import type { InodeOperations, OpenFlags, ParentAndName } from "../InodeOperations.js"
import { checkMode } from "./arguments.js"
import { fail, isErrno } from "./errno.js"
import { isDirectory, isFile, typeOf } from "./mode.js"
import type { PathResolver } from "./pathResolver.js"

/** How many times a name can appear and disappear again during the operation before it gives up. */
const ATTEMPTS = 128

/**
 * Returns the place of a file that must not exist yet (`O_CREAT | O_EXCL`). Slashes after the name fail with EISDIR,
 * whatever is there.
 */
const newPlace = <H, F>(resolver: PathResolver<H, F>, path: string): ParentAndName<H> => {
  const place = resolver.place(path, "EEXIST")
  if (!place.slash) return place
  resolver.checkSearch(place)
  return fail("EISDIR")
}

/**
 * The same, but also fails with EEXIST if something is there.
 *
 * @internal
 */
export const missingPlace = <H, F>(resolver: PathResolver<H, F>, path: string): ParentAndName<H> => {
  const place = newPlace(resolver, path)
  return resolver.operations.peek(place) === undefined ? place : fail("EEXIST")
}

/**
 * Whether a file that should be truncated is not, since the caller replaces its content itself. Gets the size of a
 * regular file.
 *
 * @internal
 */
export type Keeps = (size: number) => boolean

interface Opening<H> {
  readonly flags: OpenFlags
  readonly mode: number
  readonly noFollow: boolean
  /** Without it, every file is truncated that should be. */
  readonly isKept: ((inode: H) => boolean) | undefined
}

/** @internal */
export interface Opened<F> {
  readonly file: F
  /** Whether a file that should have been truncated still has its content. */
  readonly isKept: boolean
}

const replaces = ({ append, exclusive, path, truncate, write }: OpenFlags): boolean =>
  truncate && write && !append && !exclusive && path !== true

const keeping = <H, F>(
  { canOverwrite, getattr }: InodeOperations<H, F>,
  flags: OpenFlags,
  keeps: Keeps
): Opening<H>["isKept"] => {
  if (canOverwrite === undefined || !replaces(flags)) return undefined
  return (inode) => {
    const attributes = getattr(inode)
    return isFile(attributes) && canOverwrite(inode) && keeps(attributes.size)
  }
}

/** First O_DIRECTORY refuses what is not a directory (`do_open` in `fs/namei.c`), then O_NOFOLLOW a link (`may_open`). */
const openFound = <H, F>(
  { operations }: PathResolver<H, F>,
  inode: H,
  { flags, isKept, noFollow }: Opening<H>
): Opened<F> => {
  if (flags.directory === true && !isDirectory(operations.getattr(inode))) fail("ENOTDIR")
  if (noFollow && typeOf(operations.getattr(inode)) === "SymbolicLink") fail("ELOOP")
  return isKept?.(inode) === true
    ? openKept(operations, inode, flags)
    : notKept(operations.openInode(inode, flags))
}

const openKept = <H, F>(operations: InodeOperations<H, F>, inode: H, flags: OpenFlags): Opened<F> => ({
  file: operations.openInode(inode, { ...flags, truncate: false }),
  isKept: true
})

const notKept = <F>(file: F): Opened<F> => ({ file, isKept: false })

const createOrOpen = <H, F>(resolver: PathResolver<H, F>, path: string, opening: Opening<H>): Opened<F> => {
  const { operations } = resolver
  const { flags, mode, noFollow } = opening
  for (let attempt = 1;; attempt++) {
    const target = resolver.target(path, noFollow)
    if ("inode" in target) {
      // Linux refuses to open a directory with O_CREAT (`do_open` in `fs/namei.c`).
      if (isDirectory(operations.getattr(target.inode))) fail("EISDIR")
      return openFound(resolver, target.inode, opening)
    }
    try {
      return notKept(operations.create(target, flags, mode))
    } catch (thrown) {
      // Another process has created the name in the meantime. Resolve the path again, to open that file or follow that
      // link.
      if (!isErrno(thrown) || thrown.code !== "EEXIST" || attempt === ATTEMPTS) throw thrown
    }
  }
}

const openBy = <H, F>(resolver: PathResolver<H, F>, path: string, opening: Opening<H>): Opened<F> => {
  const { flags, mode, noFollow } = opening
  if (flags.create && flags.exclusive) {
    return notKept(resolver.operations.create(newPlace(resolver, path), flags, mode))
  }
  if (flags.create) return createOrOpen(resolver, path, opening)
  return openFound(resolver, noFollow ? resolver.kept(path) : resolver.existing(path), opening)
}

/**
 * Opens a file, which the caller has to close. If the flags replace its content and `keeps` returns `true`, the caller
 * replaces it.
 *
 * @internal
 */
export const openToReplace = <H, F>(
  resolver: PathResolver<H, F>,
  path: string,
  flags: OpenFlags,
  mode: number,
  noFollow: boolean,
  keeps: Keeps
): Opened<F> => {
  const { operations } = resolver
  checkMode(mode)
  // Since Linux 6.4 (`build_open_flags` in `fs/open.c`). Before, it created a regular file.
  if (flags.directory === true && flags.create) fail("EINVAL")
  resolver.checkToOpen(path)
  const isKept = keeping(operations, flags, keeps)
  const known = isKept && resolver.knownTarget(path, noFollow)
  if (known !== undefined && isKept?.(known) === true) return openKept(operations, known, flags)
  const opened = resolver.opened(path, flags, mode, noFollow)
  return opened === undefined ? openBy(resolver, path, { flags, mode, noFollow, isKept }) : notKept(opened)
}

/**
 * Opens a file as the flags say, which the caller has to close. A link at the end of the path is followed.
 *
 * @internal
 */
export const openPath = <H, F>(resolver: PathResolver<H, F>, path: string, flags: OpenFlags, mode: number): F =>
  openToReplace(resolver, path, flags, mode, false, () => false).file
