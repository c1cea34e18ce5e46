/** What an operation failed with as Effect's own file system for Node reports it. */
import * as Errno from "@procfsroot/vfs/Errno"
import { badArgument, type PlatformError, systemError as makeSystemError } from "effect/PlatformError"
import type { Backend, Failing } from "../../VfsFileSystem.js"
import { MODULE, systemError as fromErrno } from "../fileSystemError.js"

/** @internal */
export const systemError = ({ method, subject }: Failing, errno: Errno.Errno, withoutCause = false): PlatformError => {
  const { code, detail, syscall } = errno
  const error = Errno.toError(errno)
  const failure = { code: detail?.code ?? code, syscall }
  return fromErrno(method, subject, failure, error.message, withoutCause ? undefined : error)
}

/** Listing takes Node's refusal of an argument for a failure of the system. */
const refusedArgument = (
  { method, subject: pathOrDescriptor }: Failing,
  argument: Errno.BadArgument
): PlatformError => {
  const fields = { module: MODULE, method, cause: Errno.toError(argument) } as const
  return method.startsWith("readDirectory") && argument.code !== "EILSEQ"
    ? makeSystemError({ ...fields, _tag: "Unknown", pathOrDescriptor, description: argument.message })
    : badArgument(fields)
}

/** @internal */
export const errorOf: Backend<never>["errorOf"] = (operation, failure) =>
  failure._tag === "Errno" ? systemError(operation, failure) : refusedArgument(operation, failure)
