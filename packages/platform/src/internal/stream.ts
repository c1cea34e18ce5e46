/**
 * Checks the options of file streams. Effect does not: it would misinterpret some numbers, or fail with a defect.
 */
import type { FileSystem, StreamOptions } from "@effect/platform/FileSystem"
import { checkCount } from "@procfsroot/vfs/Arguments"
import * as Stream from "effect/Stream"
import { refusedArgument } from "./fileSystemError.js"

const checkOptions = ({ bytesToRead = 0, chunkSize = 0, offset = 0 }: StreamOptions = {}): void => {
  for (const [name, count] of Object.entries({ bytesToRead, chunkSize, offset })) checkCount(Number(count), name)
}

/** @internal */
export const checkingStream = (fileSystem: FileSystem): FileSystem => ({
  ...fileSystem,
  stream: (path, options) => {
    const error = refusedArgument("stream", path, () => checkOptions(options))
    return error === undefined ? fileSystem.stream(path, options) : Stream.fail(error)
  }
})
