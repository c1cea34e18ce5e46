/** Converts failures to Node's errors. */
import { root as top } from "@procfsroot/path/RootedPath"
import * as Errno from "@procfsroot/vfs/Errno"
import * as ProcessRoot from "@procfsroot/vfs/ProcessRoot"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import { isBun } from "../runtime.js"

/** @internal */
export const invalidType = (name: string, wanted: string): TypeError =>
  Object.assign(new TypeError(`The "${name}" argument must be ${wanted}`), { code: "ERR_INVALID_ARG_TYPE" })

/** @internal */
export const invalidValue = (code: string, message: string): TypeError =>
  Object.assign(new TypeError(message), { code })

/** @internal */
export const notSupported = (option: string, instead = ""): TypeError =>
  invalidValue("ERR_INVALID_ARG_VALUE", `The option '${option}' is not supported${instead}`)

/** @internal */
export const outOfRange = (name: string, value: unknown): RangeError =>
  Object.assign(new RangeError(`The value of "${name}" is out of range. Received ${String(value)}`), {
    code: "ERR_OUT_OF_RANGE"
  })

/** @internal */
export const invalidState = (why: string): Error =>
  Object.assign(new Error(`Invalid state: ${why}`), { code: "ERR_INVALID_STATE" })

/**
 * Throws in functions that need something that only Node has.
 *
 * @internal
 */
export const notImplemented = (method: string): never => {
  throw Object.assign(new Error(`The ${method} method is not implemented`), { code: "ERR_METHOD_NOT_IMPLEMENTED" })
}

/**
 * The system call and the paths of an operation, which its errors report.
 *
 * @internal
 */
export interface Operation {
  readonly syscall: string
  readonly paths: ReadonlyArray<string>
  readonly isRootOpen: () => boolean
}

/** Why the path did not resolve, without host paths. */
const failureOf = (
  thrown: Errno.Errno | Errno.BadArgument,
  { isRootOpen, paths }: Operation
): ResolveFailure.ResolveFailure | undefined => {
  if (thrown.code === "EBADF" && !isRootOpen()) return ResolveFailure.closed(top, paths[0] ?? "")
  const failure = ResolveFailure.fromThrown(thrown, paths, Errno.inError)
  return failure && ResolveFailure.withoutHostPaths(failure, failure.path)
}

/** What errors name instead of the system call that has failed. */
const called: ReadonlySet<string> = new Set(["opendir", "watch"])

const toError = (thrown: Errno.Errno | Errno.BadArgument, operation: Operation): Error => {
  if (thrown._tag === "BadArgument") return Errno.toError(thrown)
  const { paths, syscall } = thrown.syscall === undefined ? operation : thrown
  return Errno.toError({ ...thrown, paths, syscall: called.has(operation.syscall) ? operation.syscall : syscall })
}

/** Makes an error whose stack begins with the caller of `hidden`. Its stack is captured only once, which takes long. */
const made = (make: () => Error, hidden: (...args: ReadonlyArray<never>) => unknown): Error => {
  if (!("captureStackTrace" in Error)) return make()
  const error = ResolveFailure.withoutStack(make)
  Error.captureStackTrace(error, hidden)
  // In Bun, a function that ends with a call may be missing in the stack, so that its callers are not found.
  if (isBun && error.stack?.includes("\n    at ") !== true) Error.captureStackTrace(error)
  return error
}

/**
 * Converts the error of an operation to the error that the function throws. Its stack begins with the
 * caller of `hidden`: by default, a stack has ten frames, and without this they could all be ours, and none the caller's.
 *
 * @internal
 */
export const errorOf = (
  thrown: unknown,
  operation: Operation,
  hidden?: (...args: ReadonlyArray<never>) => unknown
): unknown => {
  if (Errno.isWriteZero(thrown)) {
    return errorOf(Errno.make("EIO"), { ...operation, syscall: "write", paths: [] }, hidden ?? errorOf)
  }
  if (!Errno.isErrno(thrown) && !Errno.isBadArgument(thrown)) return thrown
  const error = made(() => toError(thrown, operation), hidden ?? errorOf)
  const failure = failureOf(thrown, operation)
  return failure === undefined ? error : Errno.withCause(error, failure)
}

/** @internal */
export const resolveFailure = (error: unknown): ResolveFailure.ResolveFailure | undefined => {
  const cause = typeof error === "object" && error !== null && "cause" in error ? error.cause : undefined
  return ResolveFailure.isResolveFailure(cause) ? cause : undefined
}

/** The `errno` that an error with this code has. */
const numberOf = (code: string): number => {
  const error = Errno.toError(Errno.make(code))
  return "errno" in error && typeof error.errno === "number" ? error.errno : 0
}

const fields = (code: string, syscall: string, path: string) => ({ code, errno: numberOf(code), syscall, path })

/**
 * The error when resolving a path in a root fails.
 *
 * @internal
 */
export const resolveError = (cause: ResolveFailure.ResolveFailure): Error =>
  Object.assign(new Error(ResolveFailure.message(cause), { cause }), fields(cause.code, "resolve", cause.path))

/**
 * The error when opening a root fails. The path is the one that the caller passed.
 *
 * @internal
 */
export const unavailableError = (message: string, code: string, path: string): Error =>
  Object.assign(new Error(message), fields(code, "open", path))

/**
 * The error when opening the root of a process fails because of the process.
 *
 * @internal
 */
export const processError = (pid: number, why: ProcessRoot.Why, code: string): Error => {
  const known = ProcessRoot.codeOf(why, code)
  return unavailableError(ProcessRoot.message(pid, why, known), known, ProcessRoot.path(pid))
}
