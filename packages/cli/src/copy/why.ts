/** What went wrong, as a sentence without paths: the names are chosen by the owner of the files, and the command prints them elsewhere. */
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

/** A failed system call of this is about the destination, not about the file that is copied. */
export const ofDestination = async <A>(work: Promise<A>): Promise<A> => {
  try {
    return await work
  } catch (error) {
    throw codeOf(error) === undefined ? error : new Refused(`its destination cannot be used: ${whyOf(error)}`)
  }
}
