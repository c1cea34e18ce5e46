/** Numbers of bytes, which Node and Effect take for what they are not, or die of. */
import { BadArgument, type PlatformError } from "@effect/platform/Error"
import type { FileSystem, SizeInput, StreamOptions } from "@effect/platform/FileSystem"
import * as Stream from "effect/Stream"

/** @internal */
export const badArgument = (method: string): PlatformError =>
  new BadArgument({ module: "FileSystem", method, description: "a number is out of range" })

/** @internal */
export const isLength = (length: SizeInput | undefined): boolean =>
  length === undefined || Number.isSafeInteger(Number(length))

/** @internal */
export const isCount = (count: SizeInput | undefined): boolean => isLength(count) && Number(count ?? 0) >= 0

const areCounts = ({ bytesToRead, chunkSize, offset }: StreamOptions = {}): boolean =>
  [bytesToRead, chunkSize, offset].every(isCount)

/** @internal */
export const checkingStream = (fileSystem: FileSystem): FileSystem => ({
  ...fileSystem,
  stream: (path, options) => areCounts(options) ? fileSystem.stream(path, options) : Stream.fail(badArgument("stream"))
})
