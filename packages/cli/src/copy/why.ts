/** What went wrong, as a sentence without paths: these are data of whoever made the files, and are shown by the command. */
import { getSystemErrorMap } from "node:util"

/** A file that is not copied although no system call has failed. */
export class Refused extends Error {}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined

const descriptions: ReadonlyMap<string, string> = new Map([
  ...getSystemErrorMap().values(),
  // Node's words for it are about sockets.
  ["ENOTSUP", "operation not supported"]
])

/** Such as "permission denied (EACCES)". */
export const whyOf = (error: unknown): string => {
  const code = codeOf(error)
  if (code === undefined) return error instanceof Error ? error.message : String(error)
  const description = descriptions.get(code)
  return description === undefined ? code : `${description} (${code})`
}
