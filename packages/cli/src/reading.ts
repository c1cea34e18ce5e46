/** What all commands that only read share: their root, their time limit, and how they continue after errors. */
import { message, quote, type ResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import { codeOf, inWords } from "./failure.js"
import { complainOf, Writer } from "./output.js"
import { timed, timeoutOption } from "./timeout.js"
import { type Opened, openWhere, type Options, whereOptions, type WhereValues } from "./where.js"

export const readingOptions = { ...whereOptions, ...timeoutOption }

interface ReadingValues extends WhereValues {
  readonly timeout: number | undefined
}

/** What such a command works with. */
export interface Reading {
  readonly root: Opened
  /** Aborted when the time is up. */
  readonly signal: AbortSignal | undefined
  /** What is collected in it is printed at the end, even if the command fails. */
  readonly out: Writer
}

/** Runs a command with its root, until its time is up. */
export const reading = (
  values: ReadingValues,
  use: (reading: Reading) => Promise<void>,
  options: Options = { readOnly: true }
): Promise<void> =>
  timed(values.timeout, async (signal) => {
    await using root = await openWhere(values, options)
    const out = new Writer()
    try {
      await use({ root, signal, out })
    } finally {
      await out.flush()
    }
  })

/** The error message for a failed operation on a path. */
export const failedWith = (path: string, what: string, code = "UNKNOWN"): string =>
  `${quote(path)} cannot be ${what}: ${inWords(code)}.`

/** Why a path of the command line could not be resolved, if that was the error. */
const failureOf = (thrown: unknown): ResolveFailure | undefined =>
  thrown instanceof Error && typeof thrown.cause === "object" && thrown.cause !== null && "_tag" in thrown.cause
    ? thrown.cause as ResolveFailure // errors of a root have no other cause with a tag
    : undefined

/** Whether an error ends the command, because it is not about a path. */
const isFinal = (thrown: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || codeOf(thrown) === undefined

/** Reports a failure with a message, and then returns `undefined`. */
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

/** Does something with a path of the command line. If that fails, reports it and returns `undefined`. */
export const attempt = <A>(
  { root, signal }: Pick<Reading, "root" | "signal">,
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

/**
 * Like `attempt`, but for a file found in a tree, which was accessed with a different path than the one in the message.
 */
export const attemptBelow = <A>(
  signal: AbortSignal | undefined,
  path: () => string,
  what: string,
  use: () => Promise<A>
): Promise<A | undefined> => reported(signal, use, (thrown) => failedWith(path(), what, codeOf(thrown)))
