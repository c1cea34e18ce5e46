/** Failures of native calls. */
import * as Errno from "@procfsroot/vfs/Errno"
import { constants } from "node:os"
import { getSystemErrorName } from "node:util"

const { EINTR } = constants.errno

const failureOf = (errno: number): Errno.Errno => Errno.make(Errno.codeOf({ code: getSystemErrorName(-errno) }))

/**
 * Returns the result of a call, or throws if it is a negated errno.
 *
 * @internal
 */
export const checked = (result: number): number => {
  if (result < 0) throw failureOf(-result)
  return result
}

/**
 * Makes a call, again if a signal interrupted it. Returns a negated errno if it fails.
 *
 * @internal
 */
export const restarted = (make: () => number, errno: () => number): number => {
  for (;;) {
    const result = make()
    if (result >= 0) return result
    const failure = errno()
    if (failure !== EINTR) return -failure
  }
}
