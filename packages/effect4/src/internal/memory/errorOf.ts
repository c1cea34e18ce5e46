/** Converts the failure of an operation to the error that Effect's own file system for Node would report. */
import type { BadArgument, Errno } from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import type { PlatformError } from "effect/PlatformError"
import type { Failing } from "../../VfsFileSystem.js"
import { make } from "../fileSystemError.js"

/** @internal */
export const errorOf = (failing: Failing, thrown: Errno | BadArgument): PlatformError =>
  make(MethodError.likeNode(failing, thrown))
