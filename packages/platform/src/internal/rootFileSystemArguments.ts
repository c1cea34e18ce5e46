/** Arguments that are refused before anything is looked at, as Node does: text that stands for no bytes, numbers out of range. */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { fromResolveError } from "./fileSystemError.js"
import { MAX_MODE, NO_ID } from "@procfsroot/vfs/Limits"
import { badArgument, isLength } from "./numbers.js"
import { refused } from "./resolveError.js"
import type { OperationContext } from "./rootFileSystemPaths.js"

const isWithin = (number: number, from: number, to: number): boolean =>
  Number.isInteger(number) && number >= from && number <= to

/** @internal */
export const isMode = (mode: number | undefined): boolean => mode === undefined || isWithin(mode, 0, MAX_MODE)

/** `-1` stands for the owner, or the group, that the file has (`chown(2)`). */
const isId = (id: number): boolean => isWithin(id, -1, NO_ID)

/** The system call refuses an invalid date, as in Node. */
const isTime = (time: Date | number): boolean => typeof time !== "number" || Number.isFinite(time)

/**
 * Whether the arguments after the path are valid, by method.
 *
 * @internal
 */
export const areValid = {
  chmod: isMode,
  chown: (uid: number, gid: number) => isId(uid) && isId(gid),
  truncate: isLength,
  utimes: (atime: Date | number, mtime: Date | number) => isTime(atime) && isTime(mtime)
}

/**
 * The error for arguments that are not valid.
 *
 * @internal
 */
const refusal = (
  context: OperationContext,
  texts: ReadonlyArray<string | undefined>,
  areNumbersValid = true
): PlatformError | undefined => {
  const errors = texts.map((text = "") => refused("/", text)).filter((error) => error?._tag === "InvalidPath")
  // Node looks for a NUL in all of them, and for nothing else.
  const [error] = errors.toSorted((a, b) => Number(b.code === "EINVAL") - Number(a.code === "EINVAL"))
  if (error !== undefined) return fromResolveError(context.method, error)
  return areNumbersValid ? undefined : badArgument(context.method)
}

/**
 * Runs an operation if its arguments are valid.
 *
 * @internal
 */
export const checked = <A, E, R>(
  context: OperationContext,
  texts: ReadonlyArray<string | undefined>,
  areNumbersValid: boolean,
  run: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E | PlatformError, R> =>
  Effect.suspend((): Effect.Effect<A, E | PlatformError, R> => {
    const error = refusal(context, texts, areNumbersValid)
    return error === undefined ? run() : Effect.fail(error)
  })
