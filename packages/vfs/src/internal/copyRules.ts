/** What may be copied where, as in Node's `fs.copyFile` and `fs.cp`. */
import { fail, failIn, refuse } from "./errno.js"
import type { FileType } from "./mode.js"

/**
 * Other files could be read without end, or would wait for a reader or a writer.
 *
 * @internal
 */
export const checkRegular = (type: FileType): void => {
  if (type !== "File") fail(type === "Directory" ? "EISDIR" : "EINVAL")
}

/** `Other`, if all that is known is that it is neither a directory nor a link. */
type Kind = FileType | "Other"

/**
 * A directory cannot replace a file, nor a file a directory.
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
 * Copying a directory into itself would never end.
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
 * The errors of `mkdir`, `symlink` and `open` with O_CREAT for a path that ends in `.` or `..`, which is a directory by
 * now.
 *
 * @internal
 */
export const refuseDots = (type: Kind, from: string, to: string): never => {
  if (type === "Directory") return failIn("mkdir", [to], "EEXIST")
  if (type === "SymbolicLink") return failIn("symlink", [from, to], "EEXIST")
  return failIn("copyfile", [from, to], "EISDIR")
}
