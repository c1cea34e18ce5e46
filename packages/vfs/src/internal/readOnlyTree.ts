/** The operations of trees that nobody can change, such as archives. */
import type { InodeOperations, ParentAndName } from "../InodeOperations.js"
import type { ReadOnlyTree } from "../ReadOnlyTree.js"
import { fail } from "./errno.js"
import { checkNew } from "./lastName.js"
import { exactly, typeOf } from "./mode.js"

const readOnly = (): never => fail("EROFS")

/** @internal */
export type Operation =
  | "access"
  | "child"
  | "chmod"
  | "chown"
  | "create"
  | "getattr"
  | "getattrExact"
  | "identity"
  | "link"
  | "mayCreate"
  | "mkdir"
  | "mknod"
  | "openForSync"
  | "peek"
  | "readlink"
  | "rename"
  | "rmdir"
  | "symlink"
  | "unlink"
  | "utimes"
  | "watch"

/** @internal */
export const fileOperations: Readonly<Record<"write" | "truncate" | "chmod" | "chown" | "utimes", () => never>> = {
  write: () => fail("EBADF"),
  truncate: () => fail("EINVAL"),
  chmod: readOnly,
  chown: readOnly,
  utimes: readOnly
}

/** @internal */
export const mayOpen = (attributes: { readonly mode: number }, write: boolean): void => {
  const type = typeOf(attributes)
  if (type === "CharacterDevice" || type === "BlockDevice") fail("EACCES")
  if (!write) return
  if (type === "Directory") fail("EISDIR")
  if (type === "FIFO") fail("ENXIO")
  readOnly()
}

/** @internal */
export const operations = <H>(
  { childAt, getattr, targetOf }: ReadOnlyTree<H>
): Pick<InodeOperations<H, never>, Operation> => {
  /** Fails like creating a name on a read-only mount. `takesSlash` is `true` for a directory. */
  const cannotMake = ({ directory, name, slash }: ParentAndName<H>, takesSlash: boolean): never => {
    checkNew(childAt(directory, name) !== undefined, slash && !takesSlash)
    return readOnly()
  }
  return {
    identity: (inode) => inode,
    getattr,
    getattrExact: (inode) => exactly(getattr(inode)),
    access: (inode, { executable = false, writable }) => {
      const { mode } = getattr(inode)
      const type = typeOf({ mode })
      if (writable && (type === "Directory" || type === "File" || type === "SymbolicLink")) readOnly()
      // Even root may only execute a file that somebody may execute (`generic_permission` in `fs/namei.c`).
      if (executable && type !== "Directory" && (mode & 0o111) === 0) fail("EACCES")
    },
    mayCreate: readOnly,
    chmod: readOnly,
    chown: readOnly,
    utimes: readOnly,
    child: (directory, name) => childAt(directory, name) ?? fail("ENOENT"),
    openForSync: () => ({ sync: () => {}, close: () => {} }),
    create: (at) => at.slash ? fail("EISDIR") : cannotMake(at, false),
    peek: ({ directory, name }) => {
      const inode = childAt(directory, name)
      return inode === undefined ? undefined : getattr(inode)
    },
    readlink: ({ directory, name }) => {
      const inode = childAt(directory, name) ?? fail("ENOENT")
      return typeOf(getattr(inode)) === "SymbolicLink" ? targetOf(inode) : fail("EINVAL")
    },
    mkdir: (at) => cannotMake(at, true),
    mknod: (at) => cannotMake(at, false),
    symlink: (_target, at) => cannotMake(at, false),
    link: (_from, to) => cannotMake(to, false),
    // The kernel checks whether the mount is writable before it looks up these names (`mnt_want_write`).
    rename: readOnly,
    unlink: readOnly,
    rmdir: readOnly,
    watch: (inode) => ({ handle: inode, stop: () => {} })
  }
}
