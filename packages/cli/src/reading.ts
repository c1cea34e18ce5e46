/** What the commands that only read have in common: their root, their limit of time, and how they go on after errors. */
import { message, quote, type ResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import { codeOf, inWords, NobodyReads, Unusable } from "./failure.js"
import { complainOf } from "./output.js"
import { timed, timeoutOption } from "./timeout.js"
import { inRoot, type Opened, whereOptions, type WhereValues } from "./where.js"

export const readingOptions = { ...whereOptions, ...timeoutOption }

interface ReadingValues extends WhereValues {
  readonly timeout: number | undefined
}

/** What a command works with. */
export interface Reading {
  readonly root: Opened
  /** Aborted when the time is over. */
  readonly signal: AbortSignal | undefined
}

/** Runs a command in its root, which it cannot change, until its time is over. */
export const reading = (values: ReadingValues, use: (reading: Reading) => Promise<void>): Promise<void> =>
  timed(values.timeout, (signal) => inRoot(values, { readOnly: true }, (root) => use({ root, signal })))

/** A sentence about a path and the errno of what was done with it. */
export const failedWith = (path: string, what: string, code = "UNKNOWN"): string =>
  `${quote(path)} cannot be ${what}: ${inWords(code)}.`

/** Why a path of the command line did not resolve, if that is what was thrown. */
const failureOf = (thrown: unknown): ResolveFailure | undefined =>
  thrown instanceof Error && typeof thrown.cause === "object" && thrown.cause !== null && "_tag" in thrown.cause
    ? thrown.cause as ResolveFailure // errors of a root have no other cause with a tag
    : undefined

/** What ends the command, and is not about a path. */
const isFinal = (thrown: unknown, signal: AbortSignal | undefined): boolean =>
  thrown instanceof NobodyReads || thrown instanceof Unusable || signal?.aborted === true ||
  !(thrown instanceof Error) || !("code" in thrown)

/** If it fails, that is reported in a sentence, and the result is `undefined`. */
const reported = async <A>(
  signal: AbortSignal | undefined,
  use: () => Promise<A>,
  sentenceOf: (thrown: unknown) => string
): Promise<A | undefined> => {
  signal?.throwIfAborted()
  try {
    return await use()
  } catch (thrown) {
    if (isFinal(thrown, signal)) throw thrown
    await complainOf(sentenceOf(thrown))
    return undefined
  }
}

/** Does something with a path of the command line. If it fails, that is reported, and the result is `undefined`. */
export const attempt = <A>(
  { root, signal }: Reading,
  path: string,
  what: string,
  use: () => Promise<A>
): Promise<A | undefined> =>
  reported(signal, use, (thrown) => {
    const failure = failureOf(thrown)
    return failure === undefined
      ? failedWith(path, what, codeOf(thrown))
      : message({ ...failure, root: root.path, path })
  })

/** As `attempt`, for what was found in a tree, whose paths are not those that are asked for. */
export const attemptBelow = <A>(
  signal: AbortSignal | undefined,
  path: () => string,
  what: string,
  use: () => Promise<A>
): Promise<A | undefined> => reported(signal, use, (thrown) => failedWith(path(), what, codeOf(thrown)))
