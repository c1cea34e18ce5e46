/** What an operation failed with as a `PlatformError`. */
import { BadArgument, type PlatformError, SystemError } from "@effect/platform/Error"
import * as Errno from "@procfsroot/vfs/Errno"
import { systemError as fromErrno } from "../fileSystemError.js"

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
  errno: Errno.Errno,
  withoutCause = false
): PlatformError => {
  const { code, detail, syscall } = errno
  const error = Errno.toError(errno)
  const failure = { code: detail?.code ?? code, ...(syscall === undefined ? {} : { syscall }) }
  return fromErrno(method, subject, failure, error.message, withoutCause ? undefined : error)
}

/**
 * An argument that Node refuses before any system call. `readDirectory` of platform-node takes Node's refusal for a failure
 * of the system.
 */
const badArgument = ({ method, subject }: Context, refused: Errno.BadArgument): PlatformError => {
  const cause = Errno.toError(refused)
  return method === "readDirectory" && refused.code !== "EILSEQ"
    ? new SystemError({
      module: "FileSystem",
      method,
      reason: "Unknown",
      pathOrDescriptor: subject,
      description: refused.message,
      cause
    })
    : new BadArgument({ module: "FileSystem", method, cause })
}

/** What NodeFileSystem answers; no errno stands for it. */
const writeZero = ({ method, subject }: Context): PlatformError =>
  new SystemError({
    module: "FileSystem",
    method,
    reason: "WriteZero",
    pathOrDescriptor: subject,
    description: "nothing was written, and no error reported"
  })

/**
 * What was thrown, if it is a failure that operations have; `undefined` otherwise.
 *
 * @internal
 */
export const platformError = (context: Context, thrown: unknown): PlatformError | undefined => {
  if (Errno.isErrno(thrown)) return systemError(context, thrown)
  if (Errno.isBadArgument(thrown)) return badArgument(context, thrown)
  return Errno.isWriteZero(thrown) ? writeZero(context) : undefined
}
