/**
 * Converts errors of `node:fs` to the values that operations fail with. Drops their messages, which contain
 * paths of descriptors.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import { types } from "node:util"

/**
 * In a realm that a program like Jest makes, `instanceof Error` is false for Node's errors.
 *
 * @internal
 */
export const toErrno = (error: unknown): unknown =>
  types.isNativeError(error) && Errno.hasCode(error) ? Errno.make(Errno.codeOf(error)) : error

/** @internal */
export const calling = <A>(run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw toErrno(error)
  }
}
