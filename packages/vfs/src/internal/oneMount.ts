/** Restricts a file system to one mount: files on another mount fail with EXDEV, as with `RESOLVE_NO_XDEV`. */
import type { InodeOperations, ParentAndName } from "../InodeOperations.js"
import { expecting, fail, isErrno } from "./errno.js"

/**
 * Returns the same operations, except that each lookup reports whether a mount begins there, that operations on trees do
 * not enter mounts, and that no mount point is removed or renamed. A file system without `mount` has only one mount, and
 * its lookups already report that.
 *
 * @internal
 */
export const onOneMount = <H, F>(operations: InodeOperations<H, F>): InodeOperations<H, F> => {
  const { child, create, getattr, lookup, mount, protectsMounts, readlink, release, rename, rmdir, unlink } = operations
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
  const refuseMountPoint = ({ directory, name }: ParentAndName<H>): void => {
    if (protectsMounts?.(directory) ?? true) return
    const found = expecting(["ENOENT", "EXDEV"], () => childHere(directory, name))
    if (!isErrno(found)) release?.(found)
    else if (found.code === "EXDEV") fail("EBUSY")
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
    // Not by the operation itself: Node's `lstat` mounts the file system of an automount point, and waits for it.
    peek: ({ directory, name }) => {
      const found = expecting(["ENOENT"], () => child(directory, name))
      if (isErrno(found)) return undefined
      try {
        return getattr(found)
      } finally {
        release?.(found)
      }
    },
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
    },
    rename: (from, to, mode) => {
      refuseMountPoint(from)
      refuseMountPoint(to)
      return rename(from, to, mode)
    },
    rmdir: (at) => {
      refuseMountPoint(at)
      rmdir(at)
    },
    unlink: (at, known) => {
      refuseMountPoint(at)
      return unlink(at, known)
    }
  }
}
