/**
 * Converts errors of `node:fs` to the data that operations fail with. Their messages are dropped, since they contain
 * paths of descriptors.
 */
import * as Errno from "@procfsroot/vfs/Errno"

/** @internal */
export const toErrno = (error: unknown): unknown => {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error
  return Errno.make(error.code)
}

/** @internal */
export const calling = <A>(run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw toErrno(error)
  }
}
