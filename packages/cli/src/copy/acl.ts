/** Encodes ACLs, and converts the ids in them. They are extended attributes (`include/uapi/linux/posix_acl_xattr.h`). */
import type { Conversion } from "../userNamespace.js"

/** Whether an extended attribute is an ACL. It can deny the owner writing, and with it setting other attributes. */
export const isAcl = (name: string): boolean => name.startsWith("system.posix_acl_")

export const ACCESS = "system.posix_acl_access"

/** The ACL that new files in a directory get. */
export const DEFAULT = "system.posix_acl_default"

const VERSION = 2

const HEADER = 4
const ENTRY = 8
const PERMISSIONS_AT = 2
const ID_AT = 4

/** The kinds of entries. Only USER and GROUP have an id. */
export const USER_OBJ = 0x01
export const USER = 0x02
export const GROUP_OBJ = 0x04
export const GROUP = 0x08
export const MASK = 0x10
export const OTHER = 0x20

/** The id of entries without one (ACL_UNDEFINED_ID), and of users and groups whose number is not known. */
export const UNKNOWN_ID = 2 ** 32 - 1

export interface AclEntry {
  readonly tag: number
  readonly permissions: number
  readonly id: number
}

/** The kernel expects the entries in the order of their tags. */
export const encodeAcl = (entries: ReadonlyArray<AclEntry>): Uint8Array => {
  const value = new Uint8Array(HEADER + ENTRY * entries.length)
  const view = new DataView(value.buffer)
  view.setUint32(0, VERSION, true)
  entries.toSorted((a, b) => a.tag - b.tag).forEach(({ id, permissions, tag }, i) => {
    const at = HEADER + ENTRY * i
    view.setUint16(at, tag, true)
    view.setUint16(at + PERMISSIONS_AT, permissions, true)
    view.setUint32(at + ID_AT, id, true)
  })
  return value
}

export const decodeAcl = (value: Uint8Array): ReadonlyArray<AclEntry> => {
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  const entries: Array<AclEntry> = []
  for (let at = HEADER; at + ENTRY <= view.byteLength; at += ENTRY) {
    const [tag, permissions] = [view.getUint16(at, true), view.getUint16(at + PERMISSIONS_AT, true)]
    entries.push({ tag, permissions, id: view.getUint32(at + ID_AT, true) })
  }
  return entries
}

const hasId = ({ tag }: AclEntry): boolean => tag === USER || tag === GROUP

/**
 * The permission bits that a file with this attribute has in its mode, but the owning group does not have. With an ACL,
 * the bits of the group in the mode are the mask: what the ACL grants to anyone at most.
 */
export const onlyMasked = (name: string, value: Uint8Array): number => {
  const group = name === ACCESS ? decodeAcl(value).find(({ tag }) => tag === GROUP_OBJ) : undefined
  return group === undefined ? 0 : (~group.permissions & 7) << 3
}

/** Whether the number of a user or group is not known. */
export const hasUnknown = (value: Uint8Array): boolean =>
  decodeAcl(value).some((entry) => hasId(entry) && entry.id === UNKNOWN_ID)

/** Returns `undefined` if one of the ids is not known or has no counterpart. */
export const convertAcl = (value: Uint8Array, { group, user }: Conversion): Uint8Array | undefined => {
  // Not `slice`: that of a Buffer shares its memory, and values from archives are Buffers.
  const converted = Uint8Array.from(value)
  const view = new DataView(converted.buffer)
  for (const [i, entry] of decodeAcl(value).entries()) {
    if (!hasId(entry)) continue
    const id = entry.id === UNKNOWN_ID ? undefined : (entry.tag === USER ? user : group)(entry.id)
    if (id === undefined) return undefined
    view.setUint32(HEADER + ENTRY * i + ID_AT, id, true)
  }
  return converted
}
