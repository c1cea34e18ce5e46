/** Describes the error of a method, for all editions. */
import type { BadArgument, Errno, Unresolved } from "../Errno.js"
import type { Below, Failing, Failure, MethodError } from "../MethodError.js"
import type { ResolveFailure } from "../ResolveFailure.js"
import { causeless, isErrno, toError } from "./errno.js"
import { MAXSYMLINKS } from "./limits.js"
import { escape, meaningForFiles, quote, unresolved as message } from "./messages.js"
import { syscalls } from "./method.js"
import { below } from "./path.js"
import { inError, reasonOf } from "./reason.js"
import { fromThrown as whyUnresolved, withoutHostPaths, withoutStack } from "./resolveFailure.js"

type Subject = Failing["subject"]
type ErrnoOf = (cause: unknown) => string | undefined

const shown = (subject: Subject): string => typeof subject === "string" ? quote(subject) : `descriptor ${subject}`

const errorOf = (thrown: Errno | BadArgument): Error => withoutStack(() => toError(thrown))

const syscallOf = (method: string): string | undefined =>
  Object.hasOwn(syscalls, method) ? syscalls[method as keyof typeof syscalls] : undefined // checked by `hasOwn`

const error = (
  { method, subject }: Failing,
  reason: MethodError["reason"],
  { cause, description, syscall, ...rest }: Partial<Omit<MethodError, "method" | "reason" | "subject">>
): MethodError => ({ method, subject, reason, syscall, description, cause, ...rest })

/**
 * `detail` is what Node adds to some errors. It may contain names.
 *
 * @internal
 */
export const fromFailure = (
  method: string,
  subject: Subject,
  { code, syscall = syscallOf(method) }: Failure,
  detail?: Errno["detail"]
): MethodError => {
  const call = syscall ?? method
  const meaning = detail === undefined ? meaningForFiles(code, call) : undefined
  const why = detail === undefined ? "" : ` (${escape(detail.reason)})`
  const description = meaning === undefined
    ? `${code}: ${call} failed for ${shown(subject)}${why}`
    : `${code}: ${meaning}, ${call} ${shown(subject)}`
  const fields = { code, path: subject, ...(syscall === undefined ? {} : { syscall }) }
  const cause = withoutStack(() => Object.assign(new Error(description), fields))
  return error({ method, subject }, reasonOf(code), { syscall, description, cause })
}

/** @internal */
export const fromBelow = (
  method: string,
  subject: Subject,
  thrown: unknown,
  { reason = "Unknown", syscall }: Below
): MethodError => {
  // This comes before the code, since the code of a bad argument is one of Node's own and not an errno.
  if (reason === "BadArgument") {
    return error({ method, subject }, reason, { description: `the arguments for ${shown(subject)} are not valid` })
  }
  const code = inError(thrown)
  if (code === undefined) return error({ method, subject }, reason, {})
  const made = fromFailure(method, subject, { code, syscall })
  // Few errnos have a reason of their own, and the file system below may know better.
  return made.reason === "Unknown" ? { ...made, reason } : made
}

/** @internal */
export const fromResolveFailure = (
  method: string,
  failure: ResolveFailure,
  path: string = failure.path,
  syscall: string | undefined = syscallOf(method)
): MethodError => {
  const cause = withoutHostPaths(failure, path)
  const [failing, description] = [{ method, subject: path }, message(cause)]
  return cause._tag === "InvalidPath"
    ? error(failing, "BadArgument", { description, cause })
    : error(failing, reasonOf(cause.code), { syscall, description, cause })
}

/**
 * The path of the call that did not resolve, which can be its second one. A composite method can also fail at a path
 * that the caller did not pass: then this is the method's own path.
 */
const pathOf = ({ path }: ResolveFailure, { subject, texts = [] }: Failing): string =>
  texts.includes(path) ? path : String(subject)

/** @internal */
export const fromThrown = (failing: Failing, thrown: Errno | BadArgument, errnoOf: ErrnoOf): MethodError => {
  const { method, subject, texts = [] } = failing
  const failure = whyUnresolved(thrown, texts, errnoOf)
  if (failure !== undefined) {
    const syscall = thrown._tag === "Errno" ? thrown.syscall : undefined
    return { ...fromResolveFailure(method, failure, pathOf(failure, failing), syscall), subject }
  }
  if (thrown._tag === "BadArgument") {
    return error({ method, subject }, "BadArgument", { description: thrown.message, cause: errorOf(thrown) })
  }
  const { code, detail, paths, syscall } = thrown
  const place = paths.find((path) => isBelow(path, texts)) ?? onlyPath(paths, texts) ?? subject
  return { ...fromFailure(method, place, { code: detail?.code ?? code, syscall }, detail), subject }
}

/** The path of a call that was made for one of several arguments, as for the copy of a tree. */
const onlyPath = ([path, ...others]: ReadonlyArray<string>, texts: ReadonlyArray<string>): string | undefined =>
  path !== undefined && others.length === 0 && texts.includes(path) ? path : undefined

/** Whether a path is in one of the directories that the method was called with, as when a tree cannot be copied. */
const isBelow = (path: string, texts: ReadonlyArray<string>): boolean =>
  !texts.includes(path) && texts.some((text) => text !== "" && path.startsWith(below(text, "")))

/** Whether a policy refused the path. Node's own file system never refuses a path for these reasons. */
const isRefusedByPolicy = ({ outcome }: Unresolved): boolean => {
  const reason = outcome?.reason
  return reason?._tag === "CrossesMount" || reason?._tag === "EscapesRoot" ||
    (reason?._tag === "SymlinkForbidden" && reason.by === "policy") ||
    (reason?._tag === "TooManySymlinks" && reason.limit !== MAXSYMLINKS)
}

/** Whether this error, or the error of the failed lookup, must be reported without a cause. */
const isCauseless = (thrown: Errno): boolean =>
  causeless.has(thrown) || (isErrno(thrown.cause) && causeless.has(thrown.cause))

/** Its cause, and why the path did not resolve as a program inside the root sees it. */
const causesOf = (
  failing: Failing,
  thrown: Errno | BadArgument,
  cause: Error
): Pick<MethodError, "unresolved"> & Partial<Pick<MethodError, "cause">> => {
  if (thrown._tag === "Errno" && isCauseless(thrown)) return {}
  const failure = whyUnresolved(thrown, failing.texts ?? [], inError)
  if (failure === undefined) return { cause }
  return { cause, unresolved: withoutHostPaths(failure, pathOf(failure, failing)) }
}

/** @internal */
export const likeNode = (failing: Failing, thrown: Errno | BadArgument): MethodError => {
  if (thrown._tag === "Errno" && thrown.unresolved !== undefined && isRefusedByPolicy(thrown.unresolved)) {
    return fromThrown(failing, thrown, inError)
  }
  const made = errorOf(thrown)
  const { message: description } = made
  const causes = causesOf(failing, thrown, made)
  if (thrown._tag === "BadArgument") {
    // platform-node's `readDirectory` reports an argument that Node refuses like an error of the system.
    return failing.method.startsWith("readDirectory") && thrown.code !== "EILSEQ"
      ? error(failing, "Unknown", { description, ...causes })
      : error(failing, "BadArgument", causes)
  }
  const { code, detail, syscall } = thrown
  return error(failing, reasonOf(detail?.code ?? code), { syscall, description, ...causes })
}

/** @internal */
export const writeZero = (failing: Failing): MethodError =>
  error(failing, "WriteZero", { description: "nothing was written, and no error reported" })
