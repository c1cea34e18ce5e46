/** What an operation failed with as `@effect/platform-node` reports it. */
import {
  BadArgument,
  type PlatformError,
  SystemError
} from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Error.js"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Backend, Failing } from "../../VfsFileSystem.js"
import { systemError as fromErrno } from "../fileSystemError.js"

/** @internal */
export const systemError = ({ method, subject }: Failing, errno: Errno.Errno, withoutCause = false): PlatformError => {
  const { code, detail, syscall } = errno
  const error = Errno.toError(errno)
  const failure = { code: detail?.code ?? code, syscall }
  return fromErrno(method, subject, failure, error.message, withoutCause ? undefined : error)
}

/** `readDirectory` of platform-node takes Node's refusal of an argument for a failure of the system. */
const badArgument = ({ method, subject: pathOrDescriptor }: Failing, argument: Errno.BadArgument): PlatformError => {
  const fields = { module: "FileSystem", method, cause: Errno.toError(argument) } as const
  return method === "readDirectory" && argument.code !== "EILSEQ"
    ? new SystemError({ ...fields, reason: "Unknown", pathOrDescriptor, description: argument.message })
    : new BadArgument(fields)
}

/** @internal */
export const errorOf: Backend<never>["errorOf"] = (
  operation,
  failure
) => (failure._tag === "Errno" ? systemError(operation, failure) : badArgument(operation, failure))
