/** Failures that end the command early, whose messages are one sentence for the user each, and errnos in words. */
import { getSystemErrorMap } from "node:util"

/** The arguments are wrong. */
export class WrongUsage extends Error {}

/** Nobody reads the output any more, as with `| head`. Nothing is wrong, but there is nothing left to do. */
export class NobodyReads extends Error {}

/** The root, or one of the standard streams, cannot be used. */
export class Unusable extends Error {}

/** The errno of what was thrown. */
export const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined

const descriptions: ReadonlyMap<string, string> = new Map([
  ...getSystemErrorMap().values(),
  // Node's words for it are about sockets.
  ["ENOTSUP", "operation not supported"],
  // Of files on a system of 64 bits there is no other.
  ["EOVERFLOW", "it has too many names to keep them in memory"]
])

/** An errno in words, such as "permission denied". */
export const descriptionOf = (code: string): string | undefined => descriptions.get(code)

/** An errno for a sentence, such as "permission denied (EACCES)". */
export const inWords = (code: string): string => `${descriptionOf(code) ?? "the operation failed"} (${code})`
