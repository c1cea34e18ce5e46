/** ACLs as text, the form in which `tar --acls` and bsdtar read and write them in archives ("ACL TEXT FORMS" in `acl(5)`). */
import {
  ACCESS,
  type AclEntry,
  decodeAcl,
  DEFAULT,
  encodeAcl,
  GROUP,
  GROUP_OBJ,
  MASK,
  OTHER,
  UNKNOWN_ID,
  USER,
  USER_OBJ
} from "./acl.js"

/** The pax records for both attributes. */
export const ACCESS_RECORD = "SCHILY.acl.access"
export const DEFAULT_RECORD = "SCHILY.acl.default"

/** The tags of entries without and with a user or group. */
const tags: Readonly<Record<string, readonly [own: number, named: number]>> = {
  user: [USER_OBJ, USER],
  group: [GROUP_OBJ, GROUP],
  mask: [MASK, MASK],
  other: [OTHER, OTHER]
}

/** GNU tar ends an entry with a newline, and bsdtar with a comma. bsdtar adds the number of a user that has a name. */
const form = /^(user|group|mask|other):([^:]*):([r-])([w-])([x-])(?::(\d+))?$/

/** An entry that cannot be read makes the ACL one that cannot be kept. */
const unreadable: AclEntry = { tag: USER, permissions: 0, id: UNKNOWN_ID }

const readEntry = (text: string): AclEntry => {
  const [, type = "", name = "", r, w, x, number = name] = form.exec(text) ?? []
  const tag = tags[type]?.[name === "" ? 0 : 1]
  if (tag === undefined) return unreadable
  const permissions = (r === "r" ? 4 : 0) + (w === "w" ? 2 : 0) + (x === "x" ? 1 : 0)
  const isNumber = /^\d{1,10}$/.test(number) && Number(number) < UNKNOWN_ID
  return { tag, permissions, id: name !== "" && isNumber ? Number(number) : UNKNOWN_ID }
}

const readEntries = (text: string): ReadonlyArray<AclEntry> =>
  text.split(/[,\n]/).map((line) => line.trim()).filter((line) => line !== "").map(readEntry)

/** An ACL from an archive. */
export interface TextAcl {
  /** The extended attribute. */
  readonly attribute: readonly [name: string, value: Uint8Array]
  /** The bits of the group in the mode of the file. */
  readonly groupBits: number
}

/** Returns `undefined` for an ACL that says no more than the mode. GNU tar writes one for every file. */
export const readAccess = (text: string): TextAcl | undefined => {
  const entries = readEntries(text)
  if (entries.every(({ tag }) => tag === USER_OBJ || tag === GROUP_OBJ || tag === OTHER)) return undefined
  const group = entries.find(({ tag }) => tag === MASK) ?? entries.find(({ tag }) => tag === GROUP_OBJ)
  return { attribute: [ACCESS, encodeAcl(entries)], groupBits: (group?.permissions ?? 0) << 3 }
}

export const readDefault = (text: string): TextAcl["attribute"] => [DEFAULT, encodeAcl(readEntries(text))]

const types: Readonly<Record<number, string>> = {
  [USER_OBJ]: "user",
  [USER]: "user",
  [GROUP_OBJ]: "group",
  [GROUP]: "group",
  [MASK]: "mask",
  [OTHER]: "other"
}

const writeEntry = ({ id, permissions, tag }: AclEntry): string => {
  const name = tag === USER || tag === GROUP ? id : ""
  const [r, w, x] = [permissions & 4 ? "r" : "-", permissions & 2 ? "w" : "-", permissions & 1 ? "x" : "-"]
  return `${types[tag]}:${name}:${r}${w}${x}\n`
}

/** Returns the pax record for an attribute, or `undefined` if it is not an ACL. */
export const writeAcl = (name: string, value: Uint8Array): readonly [key: string, text: string] | undefined => {
  const key = name === ACCESS ? ACCESS_RECORD : name === DEFAULT ? DEFAULT_RECORD : undefined
  return key === undefined ? undefined : [key, decodeAcl(value).map(writeEntry).join("")]
}
