/** Failures that end the command early, each with a message of one sentence, and descriptions of errnos. */
import { getSystemErrorMap } from "node:util"

/** The arguments are wrong. */
export class WrongUsage extends Error {}

/** Nobody reads the output any more, as with `| head`. This is not an error, but there is nothing left to do. */
export class NobodyReads extends Error {}

/** The root, or one of the standard streams, cannot be used. */
export class Unusable extends Error {}

/** Errnos that files can have but libuv does not name (`include/uapi/asm-generic/errno.h`). */
const unnamed = [
  [116, "ESTALE", "stale file handle"],
  [117, "EUCLEAN", "the file system is damaged"],
  [122, "EDQUOT", "disk quota exceeded"],
  [126, "ENOKEY", "the key to encrypted files is missing"]
] as const

const names: ReadonlyMap<number, string> = new Map(unnamed.map(([number, name]) => [number, name]))

/** Node puts the number into the code, or only beside it if the call was synchronous. */
const nameOf = (code: string, errno: unknown): string => {
  const number = code === "UNKNOWN" ? errno : /^Unknown system error (-\d+)$/.exec(code)?.[1]
  return names.get(-Number(number)) ?? code
}

/** The errno of a thrown value. */
export const codeOf = (thrown: unknown): string | undefined => {
  if (!(thrown instanceof Error && "code" in thrown && typeof thrown.code === "string")) return undefined
  return nameOf(thrown.code, "errno" in thrown ? thrown.errno : undefined)
}

const descriptions: ReadonlyMap<string, string> = new Map([
  ...getSystemErrorMap().values(),
  ...unnamed.map(([, name, description]) => [name, description] as const),
  // Node's description is about sockets.
  ["ENOTSUP", "operation not supported"],
  // On a 64-bit system, file operations have no other reason for this errno.
  ["EOVERFLOW", "it has too many names to keep them in memory"]
])

/** A description of an errno, such as "permission denied". */
export const descriptionOf = (code: string): string | undefined => descriptions.get(code)

/** An errno for a sentence, such as "permission denied (EACCES)". */
export const inWords = (code: string): string => `${descriptionOf(code) ?? "the operation failed"} (${code})`
