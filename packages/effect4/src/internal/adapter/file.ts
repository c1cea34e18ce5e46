/** The open file that `FileSystem.open` returns. */
import type { File } from "@procfsroot/vfs/FileSystem"
import type { Program } from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type { Backend } from "../../VfsFileSystem.js"
import { info } from "./info.js"
import { causeOf, perform } from "./perform.js"
import { run } from "./program.js"

/** @internal */
export interface OpenFile extends FileSystem.File {
  /** The descriptor of the file, or a negative number if it has none. Its errors name it. */
  readonly descriptor: number
  /** Closes the file, once. Fails if the system reports only now that it could not write. */
  readonly close: Effect.Effect<void, PlatformError>
}

/** @internal */
export const openFile = <F>(backend: Backend<F>, file: File<F>): OpenFile => {
  const opened = file.file as F // it is open
  // Errors name it, even after the file is closed.
  const subject = backend.descriptorOf(opened)
  const call = <A>(
    method: string,
    syscall: string,
    begin: () => Program<A>,
    operation = method
  ): Effect.Effect<A, PlatformError> =>
    perform(backend, { method, operation, subject, syscall, texts: [], places: [], opened, begin })
  const failed = (method: string) => (thrown: unknown) =>
    Effect.failCause(causeOf(backend, { method, subject }, thrown))
  const close = call("open", "close", () => file.close(), "close")
  return {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    descriptor: subject,
    close: Effect.uninterruptible(Effect.suspend(() => file.file === undefined ? Effect.void : close)),
    stat: Effect.map(call("stat", "fstat", () => file.stat()), info),
    sync: call("sync", "fsync", () => file.sync()),
    // `seek` makes no system call.
    seek: (offset, from) => run(() => file.seekWithin(offset, from), failed("seek")),
    read: (buffer, options) => call("read", "read", () => file.read(buffer, options?.position)),
    readAlloc: (size, options) =>
      Effect.map(
        call("readAlloc", "read", () => file.readAlloc(size, options?.position)),
        (bytes) => bytes.length === 0 ? Option.none() : Option.some(bytes)
      ),
    truncate: (length = 0) => call("truncate", "ftruncate", () => file.truncate(length)),
    write: (buffer) => call("write", "write", () => file.write(buffer)),
    // As in Effect's own file systems, writing nothing makes no system call.
    writeAll: (buffer) => buffer.length === 0 ? Effect.void : call("writeAll", "write", () => file.writeAll(buffer))
  }
}
