/** What is refused before anything is looked at, as Node refuses it: texts that have no bytes, numbers out of range. */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { fromResolveError } from "./fileSystemError.js"
import { MAX_MODE, NO_ID } from "@procfsroot/vfs/Limits"
import { badArgument, isLength } from "./numbers.js"
import { refused } from "./resolveError.js"
import type { Asked } from "./rootFileSystemPaths.js"

const isWithin = (number: number, from: number, to: number): boolean =>
  Number.isInteger(number) && number >= from && number <= to

/** @internal */
export const isMode = (mode: number | undefined): boolean => mode === undefined || isWithin(mode, 0, MAX_MODE)

/** `-1` stands for the owner, or the group, that the file has (`chown(2)`). */
const isId = (id: number): boolean => isWithin(id, -1, NO_ID)

/** A date that is none is for the system call to refuse, as in Node. */
const isTime = (time: Date | number): boolean => typeof time !== "number" || Number.isFinite(time)

/**
 * Whether the arguments behind the path fit, by the method.
 *
 * @internal
 */
export const fits = {
  chmod: isMode,
  chown: (uid: number, gid: number) => isId(uid) && isId(gid),
  truncate: isLength,
  utimes: (atime: Date | number, mtime: Date | number) => isTime(atime) && isTime(mtime)
}

/**
 * The error for arguments that do not fit; of several that do not, for any.
 *
 * @internal
 */
const refusal = (
  asked: Asked,
  texts: ReadonlyArray<string | undefined>,
  areNumbersFit = true
): PlatformError | undefined => {
  const errors = texts.map((text = "") => refused("/", text)).filter((error) => error?._tag === "InvalidPath")
  // Node looks for a NUL in all of them, and for nothing else.
  const [error] = errors.toSorted((a, b) => Number(b.code === "EINVAL") - Number(a.code === "EINVAL"))
  if (error !== undefined) return fromResolveError(asked.method, error)
  return areNumbersFit ? undefined : badArgument(asked.method)
}

/**
 * Does what is asked for, if the arguments fit.
 *
 * @internal
 */
export const checked = <A, E, R>(
  asked: Asked,
  texts: ReadonlyArray<string | undefined>,
  areNumbersFit: boolean,
  run: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E | PlatformError, R> =>
  Effect.suspend((): Effect.Effect<A, E | PlatformError, R> => {
    const error = refusal(asked, texts, areNumbersFit)
    return error === undefined ? run() : Effect.fail(error)
  })
