/** From what a system call failed with to what a `FileSystem` fails with. */
import { BadArgument, type PlatformError, SystemError } from "@effect/platform/Error"
import { systemError as fromErrno } from "../fileSystemError.js"
import { MAX_MODE } from "../limits.js"
import { type Failure, toError } from "./errno.js"

/** @internal */
export interface Context {
  /** As the errors of platform-node name it. */
  readonly method: string
  /** The path as asked, or the descriptor of an open file. */
  readonly subject: string | number
}

/** @internal */
export const systemError = (
  { method, subject }: Context,
  failure: Failure,
  withoutCause = false
): PlatformError => {
  const { code, node, syscall } = failure
  const error = toError(failure)
  const told = { code: node?.code ?? code, ...(syscall === undefined ? {} : { syscall }) }
  return fromErrno(method, subject, told, error.message, withoutCause ? undefined : error)
}

/**
 * An argument that Node refuses before any system call.
 *
 * @internal
 */
export class Refused {
  readonly cause: Error
  constructor(code: "ERR_INVALID_ARG_TYPE" | "ERR_INVALID_ARG_VALUE" | "ERR_OUT_OF_RANGE", message: string) {
    this.cause = Object.assign(code === "ERR_OUT_OF_RANGE" ? new RangeError(message) : new TypeError(message), { code })
  }
}

/**
 * `readDirectory` of platform-node takes Node's refusal for a failure of the system.
 *
 * @internal
 */
export const badArgument = ({ method, subject }: Context, { cause }: Refused): PlatformError =>
  method === "readDirectory"
    ? new SystemError({
      module: "FileSystem",
      method,
      reason: "Unknown",
      pathOrDescriptor: subject,
      description: cause.message,
      cause
    })
    : new BadArgument({ module: "FileSystem", method, cause })

/** @internal */
export const refusalOf = (texts: ReadonlyArray<string>): Refused | undefined =>
  texts.some((text) => text.includes("\0"))
    ? new Refused("ERR_INVALID_ARG_VALUE", "The argument must be without null bytes")
    : undefined

/** @internal */
export const checkInteger = (value: number, name: string, from: number, to: number): void => {
  if (Number.isInteger(value) && value >= from && value <= to) return
  const message = `The value of "${name}" must be a whole number from ${from} to ${to}, not ${value}`
  throw new Refused("ERR_OUT_OF_RANGE", message)
}

/** @internal */
export const checkMode = (mode: number): void => checkInteger(mode, "mode", 0, MAX_MODE)
