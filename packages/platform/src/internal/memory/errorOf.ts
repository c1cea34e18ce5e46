/** Converts the failure of an operation to the error that `@effect/platform-node` would report. */
import type { PlatformError } from "@effect/platform/Error"
import type { BadArgument, Errno } from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import type { Failing } from "../../VfsFileSystem.js"
import { make } from "../fileSystemError.js"

/** @internal */
export const errorOf = (failing: Failing, thrown: Errno | BadArgument): PlatformError =>
  make(MethodError.likeNode(failing, thrown))
