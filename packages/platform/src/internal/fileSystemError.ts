/** Makes the `PlatformError`s of Effect's `FileSystem`. */
import {
  BadArgument,
  type PlatformError,
  SystemError,
  TypeId
} from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Error.js"
import * as Errno from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import { withoutStack } from "@procfsroot/vfs/ResolveFailure"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import type { Failure } from "../FileSystemError.js"
import { fromFailure as toResolveError, isResolveError, type ResolveError } from "../ResolveError.js"
import type { Backend } from "../VfsFileSystem.js"
import { errnoOf } from "./errno.js"

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

type Fields = Mutable<ConstructorParameters<typeof SystemError>[0]> & { _tag?: "SystemError" }

// Validating the fields with the schema takes seven times as long as everything else.
const construct = (fields: Fields): SystemError => new SystemError(fields, { disableValidation: true })

/** The property in which `Data.Error` keeps its arguments, for `toJSON`. */
const plainArguments = Symbol.for("effect/Data/Error/plainArgs")

const imitate = (fields: Fields): SystemError => {
  fields._tag = "SystemError"
  const error = Reflect.construct(Error, [undefined, fields], SystemError) as Mutable<SystemError> // its prototype
  Object.assign(error, fields)
  Object.defineProperty(error, plainArguments, { value: fields })
  error[TypeId] = TypeId
  return error
}

const systemError = MethodError.imitating(construct, imitate, {
  module: "FileSystem",
  method: "stat",
  description: "an example",
  cause: new Error("an example"),
  reason: "NotFound",
  pathOrDescriptor: "/",
  syscall: "stat"
})

/** The `ResolveError`, or an error like Node's, which has the `ResolveError` as its own cause. */
const causeOf = ({ cause, unresolved }: MethodError.MethodError): Error | undefined => {
  if (cause === undefined) return undefined
  if (!(cause instanceof Error)) return toResolveError(cause)
  return unresolved === undefined ? cause : Errno.withCause(cause, toResolveError(unresolved))
}

/** @internal */
export const make = (made: MethodError.MethodError): PlatformError => {
  const { description, method, reason, subject, syscall } = made
  const error = causeOf(made)
  if (reason === "BadArgument") {
    const optional = { ...(description === undefined ? {} : { description }), ...(error && { cause: error }) }
    return withoutStack(() => new BadArgument({ module: "FileSystem", method, ...optional }))
  }
  // No spreads: they take as long as creating the error. Tests compare the order of the fields.
  const fields: Partial<Fields> = { module: "FileSystem", method }
  if (description !== undefined) fields.description = description
  if (error !== undefined) fields.cause = error
  fields.reason = reason
  fields.pathOrDescriptor = subject
  if (syscall !== undefined) fields.syscall = syscall
  return withoutStack(() => systemError(fields as Fields)) // all required fields are set
}

/** @internal */
export const fromFailure = (method: string, path: string | number, failure: Failure): PlatformError =>
  make(MethodError.fromFailure(method, path, failure))

const isBadArgument = (error: unknown): boolean => isRecord(error) && error["_tag"] === "BadArgument"

/** @internal */
export const fromUnknown = (method: string, path: string | number, error: unknown): PlatformError => {
  const reason = isBadArgument(error) ? "BadArgument" : error instanceof SystemError ? error.reason : undefined
  const syscall = isRecord(error) && typeof error["syscall"] === "string" ? error["syscall"] : undefined
  return make(MethodError.fromBelow(method, path, error, { reason, syscall }))
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
  Option.fromNullable(Errno.ofError(error.cause) ?? Errno.ofError(Option.getOrUndefined(resolveError(error))))
