/** What `ls -l` shows after the mode: whether more than the mode decides who may access a file. */
import type { Place } from "./below.js"
import { isAcl } from "./copy/acl.js"
import { codeOf } from "./failure.js"

/** `+` for an ACL, `.` for a label of SELinux alone. */
export type AccessMark = "" | "." | "+"

const LABEL = "security.selinux"

const NO_FOLLOW = { noFollow: true }

/** The label of a file that has none. GNU `ls` ignores it as well. */
const UNLABELED = "unlabeled"

/** ENOTSUP means that the file system has no extended attributes, or that there are no native calls to read them. */
const namesOf = async ({ path, root }: Place): Promise<ReadonlyArray<string>> => {
  try {
    return await root.directory.listExtendedAttributes(path, NO_FOLLOW)
  } catch (error) {
    if (codeOf(error) === "ENOTSUP") return []
    throw error
  }
}

const labelOf = async ({ path, root }: Place): Promise<string> => {
  const value = await root.directory.getExtendedAttribute(path, LABEL, NO_FOLLOW)
  return Buffer.from(value ?? []).toString("latin1").replace(/\0$/, "")
}

/** Reads the mark of a file. A link is not followed. */
export const accessMark = async (place: Place): Promise<AccessMark> => {
  const names = await namesOf(place)
  if (names.some(isAcl)) return "+"
  return names.includes(LABEL) && !["", UNLABELED].includes(await labelOf(place)) ? "." : ""
}
