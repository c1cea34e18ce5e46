/**
 * Converts errors of `node:fs` to the values that operations fail with. Drops their messages, which contain
 * paths of descriptors.
 */
import * as Errno from "@procfsroot/vfs/Errno"

/** @internal */
export const toErrno = (error: unknown): unknown => {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error
  return Errno.make(Errno.codeOf({ code: error.code, errno: "errno" in error ? error.errno : undefined }))
}

/** @internal */
export const calling = <A>(run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw toErrno(error)
  }
}
