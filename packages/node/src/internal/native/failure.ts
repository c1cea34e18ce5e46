/** Failures of native calls. */
import * as Errno from "@procfsroot/vfs/Errno"
import { constants } from "node:os"
import { getSystemErrorName } from "node:util"

const { EINTR } = constants.errno

/** Deno returns nothing for an errno that it does not know. */
const systemName: (errno: number) => string | undefined = getSystemErrorName

/**
 * The code of an errno, such as `ENOENT`.
 *
 * @internal
 */
export const codeOf = (errno: number): string =>
  Errno.codeOf({ code: systemName(-errno) ?? `Unknown system error ${-errno}` })

/**
 * Returns the result of a call, or throws if it is a negated errno.
 *
 * @internal
 */
export const checked = (result: number): number => {
  if (result < 0) throw Errno.make(codeOf(-result))
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
