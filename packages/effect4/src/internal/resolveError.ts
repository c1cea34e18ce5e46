/** Makes the errors of `Root` from failed walks. */
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import * as Errors from "../ResolveError.js"
import { errnoOf } from "./errno.js"

const classes = {
  AccessDenied: Errors.AccessDenied,
  CrossesMount: Errors.CrossesMount,
  EscapesRoot: Errors.EscapesRoot,
  InvalidPath: Errors.InvalidPath,
  LookupFailed: Errors.LookupFailed,
  MagicLink: Errors.MagicLink,
  NameTooLong: Errors.NameTooLong,
  NotADirectory: Errors.NotADirectory,
  PathNotFound: Errors.PathNotFound,
  RootClosed: Errors.RootClosed,
  SymlinkForbidden: Errors.SymlinkForbidden,
  SymlinkLoop: Errors.SymlinkLoop,
  TooManySymlinks: Errors.TooManySymlinks
} as const satisfies Readonly<Record<Errors.ResolveError["_tag"], unknown>>

/** @internal */
export const fromFailure = (failure: ResolveFailure.ResolveFailure): Errors.ResolveError => {
  const Class = classes[failure._tag] as new(fields: object) => Errors.ResolveError // the class of these fields
  return ResolveFailure.withoutStack(() => new Class(failure))
}

type Why = Parameters<typeof ResolveFailure.fromOutcome>[2]

/** @internal */
export const fromFailed = (root: string, path: string, outcome: Why): Errors.ResolveError =>
  fromFailure(ResolveFailure.fromOutcome(root, path, outcome, errnoOf))

/**
 * The error of a path that the kernel refuses before it looks up anything.
 *
 * @internal
 */
export const refused = (root: string, path: string): Errors.ResolveError | undefined => {
  const failure = ResolveFailure.refused(root, path)
  return failure && fromFailure(failure)
}
