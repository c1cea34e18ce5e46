/** The permissions of a file, which a file that replaces it gets: its mode, its group and its ACL (`acl(5)`). */
import type { Attributes } from "../Attributes.js"
import type { ExtendedAttributes, FileOperations, InodeOperations } from "../InodeOperations.js"
import { calling, expecting, isErrno } from "./errno.js"
import { GROUP, OTHERS, PERMISSIONS, SET_ID } from "./mode.js"

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

/** The tags of the entries of an ACL for the group of the file and for others (`linux/posix_acl.h`). */
const TAGS = { group: 0x04, others: 0x20 }

/** An ACL as an attribute: a version, and then entries with a tag, permissions and an id (`posix_acl_xattr.h`). */
const HEADER = 4
const ENTRY = 8

/** The errors if the user, the user namespace or the file system does not permit a change of the group. */
const NO_CHANGE = ["EPERM", "EINVAL", "ENOSYS", "ENOTSUP"]

/**
 * Gives the new file the group of the old one if the user may, since the permissions of the group are meant for that one.
 * Returns the attributes of the file.
 */
const keepGroup = <F>(files: FileOperations<F>, file: F, { gid }: Attributes): Attributes => {
  const attributes = () => calling("fstat", [], () => files.getattr(file))
  const own = attributes()
  if (own.gid === gid) return own
  expecting(NO_CHANGE, () => calling("fchown", [], () => files.chown(file, own.uid, gid)))
  return attributes()
}

/** Another group gets the permissions of others, which it had before. */
const modeForOthers = (mode: number): number => (mode & ~GROUP) | ((mode & OTHERS) << 3)

/** The same for an ACL. The group bits of its mode are something else: the limit for its entries. */
const aclForOthers = (acl: Uint8Array): Uint8Array => {
  const changed = acl.slice()
  const view = new DataView(changed.buffer)
  const starts = Array.from({ length: (acl.length - HEADER) / ENTRY }, (_, i) => HEADER + i * ENTRY)
  const placeOf = (tag: number) => starts.find((start) => view.getUint16(start, true) === tag)
  const [group, others] = [placeOf(TAGS.group), placeOf(TAGS.others)]
  if (group !== undefined && others !== undefined) {
    view.setUint16(group + 2, view.getUint16(others + 2, true), true)
  }
  return changed
}

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
 *
 * @internal
 */
export const keepPermissions = <F>(files: FileOperations<F>, file: F, { acl, attributes: old }: Kept): void => {
  const { gid, uid } = keepGroup(files, file, old)
  const isSameGroup = gid === old.gid
  keepAcl(files, file, acl === undefined || isSameGroup ? acl : aclForOthers(acl))
  const permissions = old.mode & PERMISSIONS
  const mode = acl === undefined && !isSameGroup ? modeForOthers(permissions) : permissions
  // Afterwards, since a change of the group or of the ACL can clear set-id bits.
  calling("fchmod", [], () => files.chmod(file, isSameGroup && uid === old.uid ? mode : mode & ~SET_ID))
}
