/** Checks the options of file streams. Effect does not: it would misinterpret some numbers or fail with a defect. */
import type { FileSystem, StreamOptions } from "@effect/platform/FileSystem"
import { checkCount } from "@procfsroot/vfs/Arguments"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { refusedArgument } from "./fileSystemError.js"

/** A bigint that is more than any file has says that there is no limit. */
const isAnyLimit = (count: unknown): boolean => typeof count === "bigint" && count > 0n

const checkOptions = ({ bytesToRead = 0, chunkSize = 0, offset = 0 }: StreamOptions = {}): void => {
  for (const [name, count] of Object.entries({ bytesToRead, chunkSize, offset })) {
    const isLimit = name === "bytesToRead" && isAnyLimit(count)
    if (!isLimit) checkCount(Number(count), name)
  }
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
