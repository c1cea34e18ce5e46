/** Failures that end the command early, each with a message of one sentence, and descriptions of errnos. */
import { getSystemErrorMap } from "node:util"

/** The arguments are wrong. */
export class WrongUsage extends Error {}

/** Nobody reads the output any more, as with `| head`. This is not an error, but there is nothing left to do. */
export class NobodyReads extends Error {}

/** The root, or one of the standard streams, cannot be used. */
export class Unusable extends Error {}

/** The errno of a thrown value. */
export const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined

const descriptions: ReadonlyMap<string, string> = new Map([
  ...getSystemErrorMap().values(),
  // Node's description is about sockets.
  ["ENOTSUP", "operation not supported"],
  // On a 64-bit system, file operations have no other reason for this errno.
  ["EOVERFLOW", "it has too many names to keep them in memory"]
])

/** A description of an errno, such as "permission denied". */
export const descriptionOf = (code: string): string | undefined => descriptions.get(code)

/** An errno for a sentence, such as "permission denied (EACCES)". */
export const inWords = (code: string): string => `${descriptionOf(code) ?? "the operation failed"} (${code})`
