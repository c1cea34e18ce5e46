/** Makes the `PlatformError`s of Effect's `FileSystem`. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import { withoutStack } from "@procfsroot/vfs/ResolveFailure"
import * as Option from "effect/Option"
import { badArgument, isPlatformError, PlatformError, SystemError, systemError } from "effect/PlatformError"
import type { Failure } from "../FileSystemError.js"
import { fromFailure as toResolveError, isResolveError, type ResolveError } from "../ResolveError.js"
import type { Backend } from "../VfsFileSystem.js"
import { errnoOf } from "./errno.js"

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

type Fields = Mutable<Parameters<typeof systemError>[0]>

/** The property in which `Data.Error` keeps its arguments, for `toJSON`. */
const plainArguments = Symbol.for("effect/Data/Error/plainArgs")

/** Does the same as the constructor of `Data.Error`. */
const imitateError = <E extends Error>(type: new(...args: ReadonlyArray<never>) => E, fields: object): E => {
  const error = Reflect.construct(Error, [undefined, fields], type) as E // its prototype
  Object.assign(error, fields)
  return Object.defineProperty(error, plainArguments, { value: fields })
}

const platformTypeId = "~effect/PlatformError"

const imitate = (fields: Fields): PlatformError => {
  const reason = imitateError(SystemError, fields)
  const error = imitateError(PlatformError, "cause" in fields ? { reason, cause: fields.cause } : { reason })
  return Object.assign(error, { _tag: "PlatformError", [platformTypeId]: platformTypeId })
}

const quickSystemError = MethodError.imitating(systemError, imitate, {
  module: "FileSystem",
  method: "stat",
  description: "an example",
  cause: new Error("an example"),
  _tag: "NotFound",
  pathOrDescriptor: "/",
  syscall: "stat"
})

/** Effect 4 also has `PermissionDenied` for EPERM, which is `Unknown` in Effect 3. */
const reasonOf = ({ cause, reason }: MethodError.MethodError): MethodError.MethodError["reason"] =>
  reason === "Unknown" && Errno.inError(cause) === "EPERM" ? "PermissionDenied" : reason

/** The `ResolveError`, or an error like Node's, which has the `ResolveError` as its own cause. */
const causeOf = ({ cause, unresolved }: MethodError.MethodError): Error | undefined => {
  if (cause === undefined) return undefined
  if (!(cause instanceof Error)) return toResolveError(cause)
  return unresolved === undefined ? cause : Errno.withCause(cause, toResolveError(unresolved))
}

/** @internal */
export const make = (made: MethodError.MethodError): PlatformError => {
  const { description, method, subject, syscall } = made
  const reason = reasonOf(made)
  const error = causeOf(made)
  if (reason === "BadArgument") {
    const optional = { ...(description === undefined ? {} : { description }), ...(error && { cause: error }) }
    return withoutStack(() => badArgument({ module: "FileSystem", method, ...optional }))
  }
  // No spreads: they take as long as creating the error. Tests compare the order of the fields.
  const fields: Partial<Fields> = { module: "FileSystem", method }
  if (description !== undefined) fields.description = description
  if (error !== undefined) fields.cause = error
  fields._tag = reason
  fields.pathOrDescriptor = subject
  if (syscall !== undefined) fields.syscall = syscall
  return withoutStack(() => quickSystemError(fields as Fields)) // all required fields are set
}

/** @internal */
export const fromFailure = (method: string, path: string | number, failure: Failure): PlatformError =>
  make(MethodError.fromFailure(method, path, failure))

/** @internal */
export const fromUnknown = (method: string, path: string | number, error: unknown): PlatformError => {
  const reason = isPlatformError(error) ? error.reason : undefined
  const syscall = reason?._tag === "BadArgument" ? undefined : reason?.syscall
  return make(MethodError.fromBelow(method, path, error, { reason: reason?._tag, syscall }))
}

/** @internal */
export const fromResolveError = (
  method: string,
  error: ResolveError,
  path?: string,
  syscall?: string
): PlatformError => make(MethodError.fromResolveFailure(method, error, path, syscall))

/** @internal */
export const errorOf: Backend<never>["errorOf"] = (failing, thrown) =>
  make(MethodError.fromThrown(failing, thrown, errnoOf))

/**
 * The error of an operation whose argument is refused, or `undefined` if `check` does not throw.
 *
 * @internal
 */
export const refusedArgument = (method: string, path: string, check: () => void): PlatformError | undefined => {
  try {
    check()
    return undefined
  } catch (thrown) {
    if (Errno.isBadArgument(thrown)) return errorOf({ method, subject: path }, thrown)
    throw thrown
  }
}

/** @internal */
export const resolveError = ({ cause }: PlatformError): Option.Option<ResolveError> => {
  const reason = cause instanceof Error && !isResolveError(cause) ? cause.cause : cause
  return isResolveError(reason) ? Option.some(reason) : Option.none()
}

/** @internal */
export const errno = (error: PlatformError): Option.Option<string> =>
  Option.fromUndefinedOr(Errno.ofError(error.cause) ?? Errno.ofError(Option.getOrUndefined(resolveError(error))))
