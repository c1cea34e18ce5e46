/** Converts the ids in ACLs, which are extended attributes (`include/uapi/linux/posix_acl_xattr.h`). */
import type { Conversion } from "../userNamespace.js"

/** Whether an extended attribute is an ACL. It can deny the owner writing, and with it setting other attributes. */
export const isAcl = (name: string): boolean => name.startsWith("system.posix_acl_")

const HEADER = 4
const ENTRY = 8
const ID_AT = 4

/** ACL_USER and ACL_GROUP: entries with an id. */
const USER = 0x02
const GROUP = 0x08

/** Returns `undefined` if one of the ids has no counterpart. */
export const convertAcl = (value: Uint8Array, { group, user }: Conversion): Uint8Array | undefined => {
  const converted = value.slice()
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
