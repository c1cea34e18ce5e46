/**
 * The permissions of a file, which a file that replaces it gets: its mode, its group, its ACL (`acl(5)`) and its label of
 * SELinux.
 */
import type { Attributes } from "../Attributes.js"
import type { ExtendedAttributes, FileOperations, InodeOperations, UnmappedIds } from "../InodeOperations.js"
import { calling, expecting, isErrno } from "./errno.js"
import { GROUP, OTHERS, PERMISSIONS, SET_ID } from "./mode.js"

/** @internal */
export interface Kept {
  readonly attributes: Attributes
  readonly acl: Uint8Array | undefined
  readonly label: Uint8Array | undefined
  readonly unmapped: UnmappedIds
}

/** The extended attribute with the ACL of a file. */
const ACL = "system.posix_acl_access"

/** The extended attribute with the label of SELinux. */
const LABEL = "security.selinux"

const valueOf = <A>(
  attributes: ExtendedAttributes<A> | undefined,
  file: A,
  name: string
): Uint8Array | undefined => {
  const value = expecting(["ENOTSUP"], () => calling("getxattr", [], () => attributes?.get(file, name)))
  return isErrno(value) ? undefined : value
}

const allMapped = (): UnmappedIds => ({ uid: undefined, gid: undefined })

/** @internal */
export const permissionsOf = <H, F>(
  { extendedAttributes, getattr, unmapped = allMapped }: InodeOperations<H, F>,
  inode: H
): Kept => ({
  attributes: getattr(inode),
  acl: valueOf(extendedAttributes, inode, ACL),
  label: valueOf(extendedAttributes, inode, LABEL),
  unmapped: unmapped()
})

/** The tags of the entries of an ACL (`linux/posix_acl.h`). */
const TAGS = { owner: 0x01, user: 0x02, group: 0x04, others: 0x20 }

/** An ACL as an attribute: a version, and then entries with a tag, permissions and an id (`posix_acl_xattr.h`). */
const HEADER = 4
const ENTRY = 8

interface AclEntry {
  /** Where the entry starts. */
  readonly at: number
  readonly tag: number
  readonly permissions: number
}

const entriesOf = (acl: Uint8Array): ReadonlyArray<AclEntry> => {
  const view = new DataView(acl.buffer, acl.byteOffset, acl.length)
  return Array.from({ length: Math.floor((acl.length - HEADER) / ENTRY) }, (_, i) => {
    const at = HEADER + i * ENTRY
    return { at, tag: view.getUint16(at, true), permissions: view.getUint16(at + 2, true) }
  })
}

/** The permissions that all entries give, except those with these tags. */
const sharedIn = (acl: Uint8Array, ...except: ReadonlyArray<number>): number =>
  entriesOf(acl).reduce((shared, { permissions, tag }) => except.includes(tag) ? shared : shared & permissions, OTHERS)

/** The errors if the user, the user namespace or the file system does not permit a change of the group. */
const NO_CHANGE = ["EPERM", "EINVAL", "ENOSYS", "ENOTSUP"]

/** Gives the new file the group of the old one if the user may. Returns whether it has that group. */
const keepGroup = <F>(files: FileOperations<F>, file: F, own: Attributes, { attributes, unmapped }: Kept): boolean => {
  const { gid } = attributes
  // Another group may really have this id.
  if (gid === unmapped.gid) return false
  if (own.gid === gid) return true
  const failure = expecting(NO_CHANGE, () => calling("fchown", [], () => files.chown(file, own.uid, gid)))
  return !isErrno(failure) && calling("fstat", [], () => files.getattr(file)).gid === gid
}

/** The mode with the same permissions for the group and for others. */
const narrowed = (mode: number, shared: number): number => (mode & ~(GROUP | OTHERS)) | (shared << 3) | shared

const aclForAnyGroup = (acl: Uint8Array, shared: number): Uint8Array => {
  const changed = new Uint8Array(acl)
  const view = new DataView(changed.buffer)
  for (const { at, tag } of entriesOf(acl)) {
    if (tag === TAGS.group || tag === TAGS.others) view.setUint16(at + 2, shared, true)
  }
  return changed
}

/** Returns whether it is set. No ACL can have an id without a number in the user namespace (EINVAL). */
const setAcl = <F>({ extendedAttributes }: FileOperations<F>, file: F, acl: Uint8Array): boolean =>
  extendedAttributes !== undefined &&
  !isErrno(expecting(["EINVAL"], () => calling("fsetxattr", [], () => extendedAttributes.set(file, ACL, acl))))

/** A new file gets an ACL from its directory, if that has a default one. */
const removeAcl = <F>({ extendedAttributes }: FileOperations<F>, file: F): void => {
  if (extendedAttributes === undefined || valueOf(extendedAttributes, file, ACL) === undefined) return
  calling("fremovexattr", [], () => extendedAttributes.remove(file, ACL))
}

/**
 * Returns the mode that goes with the ACL. With one, the group bits of the mode limit all entries except those of the
 * owner and of others. So the mode by itself would give them to the group, to which the ACL may give less.
 *
 * If the group is another one, the members of the old group are among the others now, and those of the new one were. So
 * both get only what the old group and the others had. A member of several groups has the permissions of all of them, so
 * in an ACL this also means the named groups.
 */
const keepAcl = <F>(files: FileOperations<F>, file: F, { acl, attributes }: Kept, isSameGroup: boolean): number => {
  const mode = attributes.mode & PERMISSIONS
  if (acl === undefined) {
    removeAcl(files, file)
    return isSameGroup ? mode : narrowed(mode, (mode >> 3) & mode & OTHERS)
  }
  const shared = sharedIn(acl, TAGS.owner, TAGS.user)
  if (setAcl(files, file, isSameGroup ? acl : aclForAnyGroup(acl, shared))) {
    return isSameGroup ? mode : (mode & ~OTHERS) | shared
  }
  removeAcl(files, file)
  return narrowed(mode, sharedIn(acl, TAGS.owner))
}

/**
 * The errors if the policy of SELinux does not permit the label or does not know it, if SELinux is off and the user is
 * not root, or if all files of the mount have the same label (`context` in `mount(8)`).
 */
const NO_LABEL = ["EACCES", "EPERM", "EINVAL", "ENOTSUP"]

/** The label of a new file depends on its directory, which may be one that the service of the old file cannot read. */
const keepLabel = <F>({ extendedAttributes }: FileOperations<F>, file: F, label: Uint8Array | undefined): void => {
  if (extendedAttributes === undefined || label === undefined) return
  const own = valueOf(extendedAttributes, file, LABEL)
  if (own?.toString() === label.toString()) return
  expecting(NO_LABEL, () => calling("fsetxattr", [], () => extendedAttributes.set(file, LABEL, label)))
}

/**
 * Keeps the set-id bits only if the new file has the same owner and group: somebody could otherwise make the caller
 * create a program that runs as the caller. `chown(2)` clears the bits for this reason.
 *
 * @internal
 */
export const keepPermissions = <F>(files: FileOperations<F>, file: F, kept: Kept): void => {
  const { attributes: { uid }, unmapped } = kept
  const own = calling("fstat", [], () => files.getattr(file))
  const isSameGroup = keepGroup(files, file, own, kept)
  const isSameOwner = own.uid === uid && uid !== unmapped.uid
  const mode = keepAcl(files, file, kept, isSameGroup)
  // Afterwards, since a change of the group or of the ACL can clear set-id bits.
  calling("fchmod", [], () => files.chmod(file, isSameGroup && isSameOwner ? mode : mode & ~SET_ID))
  keepLabel(files, file, kept.label)
}
