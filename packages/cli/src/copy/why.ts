/**
 * Describes failures without paths, because the owner of the files chooses the names. The command prints them
 * elsewhere.
 */
import { codeOf, descriptionOf } from "../failure.js"

/** A file is not copied, although no system call has failed. */
export class Refused extends Error {}

/** An empty path names nothing, as for a system call. */
export const checkPath = (path: string, of = ""): void => {
  if (path === "") throw new Refused(`${of}an empty path names nothing (ENOENT)`)
}

/** For example "permission denied (EACCES)". */
export const whyOf = (error: unknown): string => {
  const code = codeOf(error)
  if (code === undefined) return error instanceof Error ? error.message : String(error)
  const description = descriptionOf(code)
  return description === undefined ? code : `${description} (${code})`
}

/** Marks a failed system call as a problem of the destination, not of the file that is copied. */
export const ofDestination = async <A>(work: Promise<A>): Promise<A> => {
  try {
    return await work
  } catch (error) {
    throw codeOf(error) === undefined ? error : new Refused(`its destination cannot be used: ${whyOf(error)}`)
  }
}
