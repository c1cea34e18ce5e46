/** Converts the id in the capabilities of a file, an extended attribute (`include/uapi/linux/capability.h`). */
import type { Conversion } from "../userNamespace.js"

/** They give a program rights, as set-id bits do (`capabilities(7)`). */
export const CAPABILITIES = "security.capability"

const REVISION = 0xff_00_00_00
const SECOND = 0x02_00_00_00
const THIRD = 0x03_00_00_00

/** The id comes last. Only the third revision has one. */
const ID_AT = 20

/** Returns `value` if it is not one of these revisions. */
const revisionOf = (value: Uint8Array): number | undefined => {
  if (value.length < ID_AT) return undefined
  const revision = (new DataView(value.buffer, value.byteOffset).getUint32(0, true) & REVISION) >>> 0
  return revision === (value.length === ID_AT ? SECOND : THIRD) ? revision : undefined
}

/**
 * A program has its capabilities in the user namespace whose root has this id, and in those below. Without an id, it is
 * that of the user who reads the attribute. Returns `undefined` if the id has no counterpart.
 */
export const convertCapabilities = (value: Uint8Array, { root }: Conversion): Uint8Array | undefined => {
  const revision = revisionOf(value)
  if (revision === undefined) return value
  const from = new DataView(value.buffer, value.byteOffset)
  const id = root(revision === THIRD ? from.getUint32(ID_AT, true) : 0)
  if (id === undefined) return undefined
  const converted = new Uint8Array(id === 0 ? ID_AT : ID_AT + 4)
  converted.set(value.subarray(0, ID_AT))
  const to = new DataView(converted.buffer)
  to.setUint32(0, (from.getUint32(0, true) & ~REVISION | (id === 0 ? SECOND : THIRD)) >>> 0, true)
  if (id !== 0) to.setUint32(ID_AT, id, true)
  return converted
}
