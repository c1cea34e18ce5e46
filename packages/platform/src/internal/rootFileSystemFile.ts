/** An open file, whose errors show no host path, and which is closed when its scope ends. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { checkCount, checkLength, checkReadSize } from "@procfsroot/vfs/Arguments"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import { CLOSED } from "./descriptor.js"
import { fromFailure, fromUnknown, refusedArgument } from "./fileSystemError.js"

/** @internal */
export const openFile = (
  file: FileSystem.File,
  path: string,
  append: boolean
): Effect.Effect<FileSystem.File, never, Scope> => {
  let isClosed = false
  let position = 0n

  /** Node would interpret −1 as the position that the kernel keeps. */
  const checkPosition = () => checkCount(Number(position), "position")
  const checkWrite = append ? undefined : checkPosition

  const call = <A>(
    method: string,
    syscall: string,
    run: () => Effect.Effect<A, PlatformError>,
    check?: () => void
  ): Effect.Effect<A, PlatformError> =>
    Effect.suspend(() => {
      const error = refusedArgument(method, path, [], check)
      if (error !== undefined) return Effect.fail(error)
      // The descriptor may be another file's by now.
      if (isClosed) return Effect.fail(fromFailure(method, path, { code: "EBADF", syscall }))
      return Effect.mapError(run(), (error) => fromUnknown(method, path, error))
    })

  const opened: FileSystem.File = {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    get fd() {
      return isClosed ? FileSystem.FileDescriptor(CLOSED) : file.fd
    },
    stat: call("stat", "fstat", () => file.stat),
    sync: call("sync", "fsync", () => file.sync),
    // Returns what the file below returns, which is the new position in Node's.
    seek: (offset, from) =>
      Effect.suspend(() =>
        Effect.tap(file.seek(offset, from) as Effect.Effect<unknown>, (sought) => { // its type hides the position
          position = typeof sought === "bigint" ? sought : 0n
        }) as Effect.Effect<void> // as the interface has it
      ),
    read: (buffer) => call("read", "read", () => file.read(buffer), checkPosition),
    readAlloc: (size) =>
      call("readAlloc", "read", () => file.readAlloc(size), () => {
        checkReadSize(Number(size))
        checkPosition()
      }),
    truncate: (length) =>
      call("truncate", "ftruncate", () => file.truncate(length), () => checkLength(Number(length ?? 0))),
    write: (buffer) => call("write", "write", () => file.write(buffer), checkWrite),
    writeAll: (buffer) => call("writeAll", "write", () => file.writeAll(buffer), checkWrite)
  }
  return Effect.acquireRelease(Effect.succeed(opened), () =>
    Effect.sync(() => {
      isClosed = true
    }))
}
