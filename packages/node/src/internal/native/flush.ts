/**
 * Finds the errors of `close(2)`, which Deno does not report. A file system writes out what it has not stored when any of
 * a file's descriptors is closed, so a second one is made and closed (`filp_flush` in `fs/open.c`).
 */
import { constants } from "node:os"
import { isDeno } from "../runtime.js"
import type { SystemCalls } from "../systemCalls.js"
import { checked, restarted } from "./failure.js"
import type { Library } from "./library.js"

/** `include/uapi/linux/fcntl.h`. */
const F_DUPFD_CLOEXEC = 1030

const { EINTR } = constants.errno

/** @internal */
export const bindFlush = ({ declare, errno }: Library): Pick<SystemCalls, "flush"> => {
  if (!isDeno) return {}
  const fcntl = declare("fcntl", "int", "int", "int")
  const close = declare("close", "int")
  return {
    flush: (fd) => {
      const second = checked(restarted(() => fcntl(fd, F_DUPFD_CLOEXEC, 0), errno))
      const failure = close(second) < 0 ? errno() : 0
      // The descriptor is closed in any case, so it is not closed again.
      if (failure !== EINTR) checked(-failure)
    }
  }
}
