/** Restricts a file system to one mount: files on another mount fail with EXDEV, as with `RESOLVE_NO_XDEV`. */
import type { InodeOperations } from "../InodeOperations.js"
import { expecting, fail, isErrno } from "./errno.js"

/**
 * Returns the same operations, except that each lookup reports whether a mount begins there, and that operations on
 * trees do not enter mounts. A file system without `mount` has only one mount, and its lookups already report that.
 *
 * @internal
 */
export const onOneMount = <H, F>(operations: InodeOperations<H, F>): InodeOperations<H, F> => {
  const { child, create, lookup, mount, readlink, release } = operations
  if (mount === undefined) return operations
  const isMounted = (directory: H, inode: H): boolean => mount(inode) !== mount(directory)
  const childHere: typeof child = (directory, name) => {
    const found = child(directory, name)
    let isHere = false
    try {
      isHere = !isMounted(directory, found)
    } finally {
      if (!isHere) release?.(found)
    }
    return isHere ? found : fail("EXDEV")
  }
  return {
    ...operations,
    lookup: (asked, own) => {
      const entry = lookup(asked, own)
      return "handle" in entry ? { ...entry, mounted: isMounted(asked.directory.handle, entry.handle) } : entry
    },
    child: childHere,
    // Not `childToList`: if a directory is an automount point, opening it to read it would mount its file system.
    childToList: childHere,
    readlink: (at) => {
      const found = childHere(at.directory, at.name)
      release?.(found)
      return readlink(at)
    },
    // The kernel checks whether a mount is on an existing name before it refuses the name (`step_into` in
    // `fs/namei.c`).
    create: (at, flags, mode) => {
      const made = expecting(["EEXIST"], () => create(at, flags, mode))
      if (!isErrno(made)) return made
      const found = expecting(["ENOENT"], () => childHere(at.directory, at.name))
      if (!isErrno(found)) release?.(found)
      throw made
    }
  }
}
