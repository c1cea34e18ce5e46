/** Failures that end the command early, each with a message of one sentence, and descriptions of errnos. */
import * as Errno from "@procfsroot/vfs/Errno"
import { getSystemErrorMap } from "node:util"

/** The arguments are wrong. */
export class WrongUsage extends Error {}

/** Nobody reads the output any more, as with `| head`. This is not an error, but there is nothing left to do. */
export class NobodyReads extends Error {}

/** The root, procfs, a child process or one of the standard streams cannot be used. */
export class Unusable extends Error {}

/** The errno of a thrown value. */
export const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && Errno.hasCode(thrown) ? Errno.codeOf(thrown) : undefined

/** An error with this errno, where no system call fails. */
export const errnoError = (code: string): Error => Object.assign(new Error(code), { code })

const descriptions: ReadonlyMap<string, string> = new Map([
  ...getSystemErrorMap().values(),
  // Node has no description of these.
  ["EBADMSG", "the file is damaged"],
  ["EDQUOT", "disk quota exceeded"],
  ["ENOKEY", "the key to encrypted files is missing"],
  ["ESTALE", "stale file handle"],
  ["EUCLEAN", "the file system is damaged"],
  // Node's description is about sockets.
  ["ENOTSUP", "operation not supported"],
  // On a 64-bit system, file operations have no other reason for this errno.
  ["EOVERFLOW", "it has too many names to keep them in memory"]
])

/** A description of an errno, such as "permission denied". */
export const descriptionOf = (code: string): string | undefined => descriptions.get(code)

/** An errno for a sentence, such as "permission denied (EACCES)". */
export const inWords = (code: string): string => `${descriptionOf(code) ?? "the operation failed"} (${code})`
