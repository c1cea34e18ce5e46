/**
 * Converts errors of `node:fs` to the values that operations fail with. Drops their messages, which contain
 * paths of descriptors.
 */
import * as Errno from "@procfsroot/vfs/Errno"

/** @internal */
export const toErrno = (error: unknown): unknown =>
  error instanceof Error && Errno.hasCode(error) ? Errno.make(Errno.codeOf(error)) : error

/** @internal */
export const calling = <A>(run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw toErrno(error)
  }
}
