/** Reads and checks the headers of an archive. */
import type { Entry } from "@procfsroot/node/TarHeaders"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { isOfTheOriginal, type Kept } from "./attributes.js"
import { ACCESS_RECORD, DEFAULT_RECORD, readAccess, readDefault, type TextAcl } from "./aclText.js"
import { Refused } from "./why.js"

/** The archive cannot be read any further. */
export class Broken extends Error {}

/** The longest path that the kernel accepts, in bytes (`PATH_MAX` in `include/uapi/linux/limits.h`). */
export const LONGEST = 4_095

/** The prefix of extended attributes in pax records of GNU tar and bsdtar. */
export const ATTRIBUTE = "SCHILY.xattr."

/** These take the type character from the header. */
export const isDirectory = (type: string): boolean => type === "5" || type === DUMP
export const isFile = (type: string): boolean => type === "0" || type === "7" || type === "S"
export const isDevice = (type: string): boolean => type === "3" || type === "4"
export const isFifo = (type: string): boolean => type === "6"

/** The types of everything but directories. */
export const SUPPORTED = "0123467S"

/** The label of a volume in archives of GNU tar, which is not a file. */
export const LABEL = "V"

/** A directory in an incremental archive of GNU tar. Its content is the list of its names. */
const DUMP = "D"

const checked = (text: string, what: string): string => {
  if (SurrogateEscape.byteLength(text) > LONGEST) throw new Refused(`${what} is longer than the system allows`)
  if (text.includes("\0")) throw new Refused(`${what} contains a NUL, which no path can contain`)
  return text
}

/**
 * The path in the destination. Leading slashes are removed, as tar does. Names with `..` are refused, so removing `.`
 * and empty names does not change where a path leads. After that, a file has only one path, and a later entry for the
 * same file is recognized.
 */
const inside = (text: string, what: string): string => {
  const names = checked(text, what).split("/").filter((name) => name !== "" && name !== ".")
  if (names.includes("..")) throw new Refused(`${what} contains .., which could lead out of the destination`)
  return names.join("/")
}

/** The path of the entry, which is empty for the destination itself. */
export const pathOf = ({ name }: Entry): string => inside(name, "its name")

/** The text of a symbolic link, or the path of the file that a hard link refers to. */
export const targetOf = ({ link, type }: Entry): string =>
  type === "1" ? inside(link, "the name that it is a hard link to") : checked(link, "what it leads to")

const idOf = (id: number): bigint => {
  if (Number.isNaN(id)) throw new Refused("its owner is not a valid number")
  return BigInt(id)
}

/** The ACL of the entry, in the form of `tar --acls` and bsdtar. */
const accessOf = ({ records }: Entry): TextAcl | undefined => {
  const text = records.get(ACCESS_RECORD)?.toString("latin1")
  return text === undefined ? undefined : readAccess(text)
}

/** In the mode of a file with an ACL, bsdtar writes the permissions of the group, where the kernel has the mask. */
const modeOf = (entry: Entry): number => {
  const access = accessOf(entry)
  return access === undefined ? entry.mode : (entry.mode & ~0o070) | access.groupBits
}

/** The attributes of the entry. Its access time is now. If the owner is not kept, it can be any number. */
export const keptOf = (entry: Entry, owner: boolean): Kept => {
  if (!entry.hasTimes) throw new Refused("its time is not a valid number")
  return {
    uid: owner ? idOf(entry.uid) : 0n,
    gid: owner ? idOf(entry.gid) : 0n,
    mode: BigInt(modeOf(entry)),
    mtimeNs: entry.mtimeNs,
    atimeNs: BigInt(Date.now()) * 1_000_000n,
    isSymbolicLink: () => entry.type === "2"
  }
}

const aclsOf = (entry: Entry): ReadonlyArray<TextAcl["attribute"]> => {
  const access = accessOf(entry)
  const text = entry.records.get(DEFAULT_RECORD)?.toString("latin1")
  return [...access === undefined ? [] : [access.attribute], ...text === undefined ? [] : [readDefault(text)]]
}

/**
 * The extended attributes that the unpacked file gets. GNU tar escapes the two characters that have a meaning in pax
 * as `%25` and `%3D`. An ACL can be among them, with all its numbers, and then its text is not used.
 */
export const extendedOf = (entry: Entry): ReadonlyArray<readonly [name: string, value: Uint8Array]> => {
  const attributes = Array.from(entry.records).flatMap(([key, value]) => {
    if (!key.startsWith(ATTRIBUTE)) return []
    const text = SurrogateEscape.decode(Buffer.from(key.slice(ATTRIBUTE.length), "latin1"))
    const name = text.replace(/%3D/g, "=").replace(/%25/g, "%")
    return isOfTheOriginal(name) ? [] : [[name, value] as const]
  })
  const isMissing = ([name]: TextAcl["attribute"]) => !attributes.some(([known]) => known === name)
  return [...attributes, ...aclsOf(entry).filter(isMissing)]
}
