/**
 * Describes failures without the path of the file, which the command prints before. The owner of the files chooses the
 * names, so every other path has to be legible.
 */
import { isResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import { codeOf, descriptionOf, inWords } from "../failure.js"
import { legible } from "../output.js"

/** A file is not copied, although no system call has failed. */
export class Refused extends Error {}

/** An empty path names nothing, as for a system call. */
export const checkPath = (path: string, of = ""): void => {
  if (path === "") throw new Refused(`${of}an empty path names nothing (ENOENT)`)
}

/**
 * Describes the errno of a call that creates a file. EOVERFLOW has another reason here than when a directory is listed:
 * the mount has only the users of a user namespace, and nobody without a number there can create a file. Examples are
 * idmapped mounts (`mount_setattr(2)`), and file systems that were mounted in the user namespace.
 */
const inWordsOfCreation = (code: string): string =>
  code === "EOVERFLOW"
    ? "you have no id there; run this as a user who has one, or, for a container, as root (EOVERFLOW)"
    : inWords(code)

/** A system call failed at the destination, not at the file that is copied. */
class AtDestination extends Error {
  readonly code: string

  constructor(message: string, why: string, code: string) {
    super(`${message}: ${why}`)
    this.code = code
  }
}

/** EXDEV alone seems to be about a file on another device. */
const magicLinkIn = (error: unknown): string | undefined => {
  const failure = error instanceof Error ? error.cause : undefined
  if (!isResolveFailure(failure) || failure._tag !== "MagicLink") return undefined
  const advice = failure.at.endsWith("/root") ? "; use pid:PID:/PATH for a file of a process" : ""
  return `${legible(failure.at)} is a magic link of procfs, which is not followed${advice} (EXDEV)`
}

/** For example "permission denied (EACCES)". */
export const whyOf = (error: unknown): string => {
  const code = codeOf(error)
  if (error instanceof AtDestination) return error.message
  const magicLink = magicLinkIn(error)
  if (magicLink !== undefined) return magicLink
  if (code === undefined) return error instanceof Error ? error.message : String(error)
  const description = descriptionOf(code)
  return description === undefined ? code : `${description} (${code})`
}

/** Like `whyOf`, for an attribute that could not be set. For EOVERFLOW, the mount has no number for the owner. */
export const whyNotSet = (error: unknown): string =>
  codeOf(error) === "EOVERFLOW" ? "a user or group has no id there (EOVERFLOW)" : whyOf(error)

const saying = (error: unknown, message: string): unknown => {
  const code = codeOf(error)
  if (code === undefined || error instanceof AtDestination) return error
  return new AtDestination(message, magicLinkIn(error) ?? inWordsOfCreation(code), code)
}

const orSaying = async <A>(work: () => A | Promise<A>, message: string): Promise<A> => {
  try {
    return await work()
  } catch (error) {
    throw saying(error, message)
  }
}

/** Marks a failed system call as a problem of the destination. */
export const ofDestination = <A>(path: string, work: () => A | Promise<A>): Promise<A> =>
  orSaying(work, `its destination ${legible(path)} cannot be used`)

const NO_COPY = "its copy cannot be made"

const orSayingNow = <A>(work: () => A, message: string): A => {
  try {
    return work()
  } catch (error) {
    throw saying(error, message)
  }
}

/** Marks a failed system call as a problem of the copy of a file. */
export const ofCopy = <A>(work: () => A): A => orSayingNow(work, NO_COPY)

/** Marks a failed system call as a problem of a hard link. */
export const ofLink = <A>(target: string, work: () => A): A =>
  orSayingNow(work, `it cannot become another name of ${legible(target)}`)

/** Like `ofCopy`, for a promise. */
export const ofCopyLater = <A>(work: () => Promise<A>): Promise<A> => orSaying(work, NO_COPY)
