/** The failure of a native call. */
import * as Errno from "@procfsroot/vfs/Errno"
import { getSystemErrorName } from "node:util"

/** @internal */
export const failureOf = (errno: number): Errno.Errno => Errno.make(Errno.codeOf({ code: getSystemErrorName(-errno) }))
