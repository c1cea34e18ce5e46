/** Converts the ids in ACLs, which are extended attributes (`include/uapi/linux/posix_acl_xattr.h`). */
import type { Conversion } from "../userNamespace.js"

/** Whether an extended attribute is an ACL. It can deny the owner writing, and with it setting other attributes. */
export const isAcl = (name: string): boolean => name.startsWith("system.posix_acl_")

/** The other one is the default for new files in a directory. */
const ACCESS = "system.posix_acl_access"

const HEADER = 4
const ENTRY = 8
const ID_AT = 4

/** ACL_USER and ACL_GROUP: entries with an id. */
const USER = 0x02
const GROUP = 0x08

/** ACL_GROUP_OBJ. */
const OWNING_GROUP = 0x04

const PERMISSIONS_AT = 2

/**
 * The permission bits that a file with this attribute has in its mode, but the owning group does not have. With an ACL,
 * the bits of the group in the mode are the mask: what the ACL grants to anyone at most.
 */
export const onlyMasked = (name: string, value: Uint8Array): number => {
  if (name !== ACCESS) return 0
  const view = new DataView(value.buffer, value.byteOffset)
  for (let at = HEADER; at + ENTRY <= value.length; at += ENTRY) {
    if (view.getUint16(at, true) === OWNING_GROUP) return (~view.getUint16(at + PERMISSIONS_AT, true) & 7) << 3
  }
  return 0
}

/** Returns `undefined` if one of the ids has no counterpart. */
export const convertAcl = (value: Uint8Array, { group, user }: Conversion): Uint8Array | undefined => {
  // Not `slice`: that of a Buffer shares its memory, and values from archives are Buffers.
  const converted = Uint8Array.from(value)
  const view = new DataView(converted.buffer)
  for (let at = HEADER; at + ENTRY <= converted.length; at += ENTRY) {
    const tag = view.getUint16(at, true)
    if (tag !== USER && tag !== GROUP) continue
    const id = (tag === USER ? user : group)(view.getUint32(at + ID_AT, true))
    if (id === undefined) return undefined
    view.setUint32(at + ID_AT, id, true)
  }
  return converted
}
