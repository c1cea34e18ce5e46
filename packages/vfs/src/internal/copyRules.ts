/** The rules for what can be copied where, as in Node's `fs.copyFile` and `fs.cp`. */
import { fail, failIn, refuse } from "./errno.js"
import type { FileType } from "./mode.js"

/**
 * Fails unless the file is a regular file. Others can be endless, or wait for a reader or a writer.
 *
 * @internal
 */
export const checkRegular = (type: FileType): void => {
  if (type !== "File") fail(type === "Directory" ? "EISDIR" : "EINVAL")
}

/** `Other` if it is only known that the file is neither a directory nor a link. */
type Kind = FileType | "Other"

/**
 * Fails if a directory would replace a file, or a file a directory.
 *
 * @internal
 */
export const checkExchange = (source: Kind, target: Kind, from: string, to: string): void => {
  if (source === target) return
  if (source === "Directory") {
    refuse("ERR_FS_CP_DIR_TO_NON_DIR", `cannot overwrite non-directory ${to} with directory ${from}`)
  }
  if (target === "Directory") {
    refuse("ERR_FS_CP_NON_DIR_TO_DIR", `cannot overwrite directory ${to} with non-directory ${from}`)
  }
}

const refuseCopy = (reason: string): never => refuse("ERR_FS_CP_EINVAL", reason)

/** @internal */
export const refuseSame = (): never => refuseCopy("src and dest cannot be the same")

/**
 * Fails because a link to a file would replace that file, whose content would be lost.
 *
 * @internal
 */
export const refuseOwnTarget = (from: string, to: string): never =>
  refuseCopy(`cannot replace ${to} with ${from}, which is a link to it`)

/**
 * Fails because a directory would be copied into itself, which would never end.
 *
 * @internal
 */
export const refuseWithin = (from: string, to: string): never =>
  refuseCopy(`cannot copy ${from} to a subdirectory of self ${to}`)

/** @internal */
export const refuseSpecial = (type: FileType, to: string): never => {
  switch (type) {
    case "Socket":
      return refuse("ERR_FS_CP_SOCKET", `cannot copy a socket file: ${to}`)
    case "FIFO":
      return refuse("ERR_FS_CP_FIFO_PIPE", `cannot copy a FIFO pipe: ${to}`)
    default:
      return refuse("ERR_FS_CP_UNKNOWN", `cannot copy a device: ${to}`)
  }
}

/**
 * Fails like `mkdir`, `symlink` or `open` with O_CREAT for a destination that ends in `.` or `..`. Its missing
 * directories have already been created, so it is a directory now.
 *
 * @internal
 */
export const refuseDots = (type: Kind, from: string, to: string): never => {
  if (type === "Directory") return failIn("mkdir", [to], "EEXIST")
  if (type === "SymbolicLink") return failIn("symlink", [from, to], "EEXIST")
  return failIn("copyfile", [from, to], "EISDIR")
}
