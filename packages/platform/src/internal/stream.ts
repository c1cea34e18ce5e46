/** Checks the options of file streams. Effect does not: it would misinterpret some numbers or fail with a defect. */
import type { FileSystem, StreamOptions } from "@effect/platform/FileSystem"
import { checkCount, checkMost } from "@procfsroot/vfs/Arguments"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { refusedArgument } from "./fileSystemError.js"

const checkOptions = ({ bytesToRead = 0, chunkSize = 0, offset = 0 }: StreamOptions = {}): void => {
  checkMost(bytesToRead, "bytesToRead")
  for (const [name, count] of Object.entries({ chunkSize, offset })) checkCount(Number(count), name)
}

/** @internal */
export const adjustStreams = (fileSystem: FileSystem): FileSystem => ({
  ...fileSystem,
  stream: (path, options) => {
    const error = refusedArgument("stream", path, () => checkOptions(options))
    // `Effect.fail` remembers the span in which it runs, unlike `Stream.fail`.
    if (error !== undefined) return Stream.fromEffect(Effect.fail(error))
    return fileSystem.stream(path, options)
  }
})
