/** The errors of the edition with promises, in the form that the suites use. */
import { PlainFailure } from "@procfsroot/testkit/edition"
import * as Errno from "@procfsroot/vfs/Errno"

type NodeError = Error & { readonly code: string; readonly syscall?: string }

const isNodeError = (error: unknown): error is NodeError =>
  error instanceof Error && "code" in error && typeof error.code === "string"

const isOfArgument = ({ code }: NodeError): boolean =>
  code === "EILSEQ" || code.startsWith("ERR_INVALID_ARG") || code === "ERR_OUT_OF_RANGE"

/** The methods of an open file that streams and sinks use, by their system calls. */
const methodsOfFile: Readonly<Record<string, string>> = { read: "readAlloc", write: "writeAll" }

/**
 * Calls a method that opens a file and reads or writes it. The error is reported for `open` or for a method of
 * the open file.
 */
export const callingOnFile = async <A>(path: string, call: () => Promise<A>): Promise<A> => {
  try {
    return await call()
  } catch (error) {
    const syscall = isNodeError(error) ? error.syscall : undefined
    return calling(methodsOfFile[syscall ?? ""] ?? "open", path, () => Promise.reject(error))
  }
}

/** Converts the error of a call of `method`. The error itself names a system call, but no method. */
const failure = (method: string, pathOrDescriptor: string | number, error: unknown): unknown => {
  if (!isNodeError(error)) return error
  // The cause says why a path did not resolve, if that is the reason.
  const { cause = error, message: description } = error
  const fields = { module: "FileSystem", method, description, cause }
  if (isOfArgument(error)) return new PlainFailure({ ...fields, tag: "BadArgument" }, error)
  const { code, syscall } = error
  return syscall === undefined
    ? error
    : new PlainFailure(
      { ...fields, tag: "SystemError", reason: Errno.reasonOf(code), pathOrDescriptor, syscall },
      error
    )
}

/** Makes a call, and converts its error. */
export const calling = async <A>(method: string, subject: string | number, call: () => Promise<A>): Promise<A> => {
  try {
    return await call()
  } catch (error) {
    // The adapter itself checks the arguments that no function of the edition takes.
    throw failure(method, subject, Errno.isBadArgument(error) ? Errno.toError(error) : error)
  }
}
