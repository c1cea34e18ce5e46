/** The permissions of a file, which a file that replaces it gets: its mode and its ACL (`acl(5)`). */
import type { Attributes } from "../Attributes.js"
import type { ExtendedAttributes, FileOperations, InodeOperations } from "../InodeOperations.js"
import { calling, expecting, isErrno } from "./errno.js"
import { PERMISSIONS, SET_ID } from "./mode.js"

/** @internal */
export interface Kept {
  readonly attributes: Attributes
  readonly acl: Uint8Array | undefined
}

/** The extended attribute with the ACL of a file. */
const ACL = "system.posix_acl_access"

const aclOf = <A>(attributes: ExtendedAttributes<A> | undefined, file: A): Uint8Array | undefined => {
  const acl = expecting(["ENOTSUP"], () => calling("getxattr", [], () => attributes?.get(file, ACL)))
  return isErrno(acl) ? undefined : acl
}

/** @internal */
export const permissionsOf = <H, F>(
  { extendedAttributes }: InodeOperations<H, F>,
  inode: H,
  attributes: Attributes
): Kept => ({ attributes, acl: aclOf(extendedAttributes, inode) })

/**
 * With an ACL, the group bits of the mode limit all entries except those of the owner and of others. So the mode by
 * itself would give them to the group, to which the ACL may give less. For the same reason, an ACL that the new file
 * got from its directory is removed if the old one has none.
 */
const keepAcl = <F>({ extendedAttributes }: FileOperations<F>, file: F, acl: Uint8Array | undefined): void => {
  if (acl !== undefined) calling("fsetxattr", [], () => extendedAttributes?.set(file, ACL, acl))
  else if (aclOf(extendedAttributes, file) !== undefined) {
    calling("fremovexattr", [], () => extendedAttributes?.remove(file, ACL))
  }
}

/**
 * Keeps the set-id bits only if the new file has the same owner and group: somebody could otherwise make the caller
 * create a program that runs as the caller. `chown(2)` clears the bits for this reason.
 */
const keptMode = <F>({ getattr }: FileOperations<F>, file: F, old: Attributes): number => {
  const mode = old.mode & PERMISSIONS
  if ((mode & SET_ID) === 0) return mode
  const { gid, uid } = getattr(file)
  return old.uid === uid && old.gid === gid ? mode : mode & ~SET_ID
}

/** @internal */
export const keepPermissions = <F>(files: FileOperations<F>, file: F, { acl, attributes }: Kept): void => {
  keepAcl(files, file, acl)
  // Afterwards, since a change of the ACL can clear the set-group-ID bit.
  calling("fchmod", [], () => files.chmod(file, keptMode(files, file, attributes)))
}
