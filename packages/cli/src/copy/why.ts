/** What went wrong, as a sentence without paths: these are data of whoever made the files, and are shown by the command. */
import { codeOf, descriptionOf } from "../failure.js"

/** A file that is not copied although no system call has failed. */
export class Refused extends Error {}

/** Such as "permission denied (EACCES)". */
export const whyOf = (error: unknown): string => {
  const code = codeOf(error)
  if (code === undefined) return error instanceof Error ? error.message : String(error)
  const description = descriptionOf(code)
  return description === undefined ? code : `${description} (${code})`
}
