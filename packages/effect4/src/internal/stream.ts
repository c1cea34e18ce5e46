/**
 * Checks the options of file streams. Effect does not: it would misinterpret some numbers, or fail with a defect.
 */
import { checkCount } from "@procfsroot/vfs/Arguments"
import type { FileSystem } from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { refusedArgument } from "./fileSystemError.js"

/** A bigint that is more than any file has says that there is no limit. */
const isAnyLimit = (count: unknown): boolean => typeof count === "bigint" && count > 0n

const checkOptions = ({ bytesToRead = 0, chunkSize = 0, offset = 0 }: Parameters<FileSystem["stream"]>[1] = {}) => {
  for (const [name, count] of Object.entries({ bytesToRead, chunkSize, offset })) {
    // Effect checks a size that is text, such as "4 KiB".
    const isLimit = name === "bytesToRead" && isAnyLimit(count)
    if (typeof count !== "string" && !isLimit) checkCount(Number(count), name)
  }
}

/** @internal */
export const checkingStream = (fileSystem: FileSystem): FileSystem => ({
  ...fileSystem,
  stream: (path, options) => {
    const error = refusedArgument("stream", path, () => checkOptions(options))
    return error === undefined ? fileSystem.stream(path, options) : Stream.fail(error)
  }
})
