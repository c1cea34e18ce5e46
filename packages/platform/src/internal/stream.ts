/**
 * Checks the options of file streams, and lets timers and I/O run between the parts of a file. Effect does neither: it
 * would misinterpret some numbers or fail with a defect, and reading from the page cache never waits. (Effect 4 has a
 * scheduler that lets them run.)
 */
import type { FileSystem, StreamOptions } from "@effect/platform/FileSystem"
import { checkCount } from "@procfsroot/vfs/Arguments"
import { isTimeUp } from "@procfsroot/vfs/EventLoop"
import * as Effect from "effect/Effect"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { nextTurn } from "./eventLoop.js"
import { refusedArgument } from "./fileSystemError.js"

const checkOptions = ({ bytesToRead = 0, chunkSize = 0, offset = 0 }: StreamOptions = {}): void => {
  for (const [name, count] of Object.entries({ bytesToRead, chunkSize, offset })) checkCount(Number(count), name)
}

/**
 * Waits for a later turn of the event loop if this one has taken long enough.
 *
 * @internal
 */
export const inTurns = <A>(part: A): Effect.Effect<A> => isTimeUp() ? Effect.as(nextTurn, part) : Effect.succeed(part)

/** @internal */
export const adjustStreams = (fileSystem: FileSystem): FileSystem => ({
  ...fileSystem,
  stream: (path, options) => {
    const error = refusedArgument("stream", path, () => checkOptions(options))
    // `Effect.fail` remembers the span in which it runs, unlike `Stream.fail`.
    if (error !== undefined) return Stream.fromEffect(Effect.fail(error))
    return Stream.mapChunksEffect(fileSystem.stream(path, options), inTurns)
  },
  sink: (path, options) => Sink.mapInputChunksEffect(fileSystem.sink(path, options), inTurns)
})
