/** The open file that `FileSystem.open` returns. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import type { File } from "@procfsroot/vfs/FileSystem"
import type { Program } from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CLOSED } from "../descriptor.js"
import type { Backend } from "../../VfsFileSystem.js"
import { info } from "./info.js"
import { perform } from "./perform.js"
import { run } from "./program.js"

/** @internal */
export interface OpenFile extends FileSystem.File {
  /** Closes the file, once. Fails if the system reports only now that it could not write. */
  readonly close: Effect.Effect<void, PlatformError>
}

/** @internal */
export const openFile = <F>(backend: Backend<F>, file: File<F>): OpenFile => {
  const opened = file.file as F // it is open
  // Errors name it, even after the file is closed.
  const descriptor = backend.descriptorOf(opened)
  const call = <A>(
    method: string,
    syscall: string,
    begin: () => Program<A>,
    operation = method
  ): Effect.Effect<A, PlatformError> =>
    perform(backend, {
      method,
      operation,
      subject: descriptor,
      syscall,
      texts: [],
      places: [],
      opened,
      begin
    })
  const close = call("open", "close", () => file.close(), "close")
  return {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    get fd() {
      return FileSystem.FileDescriptor(file.file === undefined ? CLOSED : descriptor)
    },
    close: Effect.uninterruptible(Effect.suspend(() => file.file === undefined ? Effect.void : close)),
    stat: Effect.map(call("stat", "fstat", () => file.stat()), info),
    sync: call("sync", "fsync", () => file.sync()),
    // Its type returns nothing, but Node's `FileSystem` returns the new position, and Effect's own tests rely on it.
    seek: (offset, from) => Effect.map(Effect.orDie(run(() => file.seek(offset, from), Effect.die)), FileSystem.Size),
    read: (buffer) => Effect.map(call("read", "read", () => file.read(buffer)), FileSystem.Size),
    readAlloc: (size) =>
      Effect.map(
        call("readAlloc", "read", () => file.readAlloc(Number(size))),
        (bytes) => bytes.length === 0 ? Option.none() : Option.some(bytes)
      ),
    truncate: (length) => call("truncate", "ftruncate", () => file.truncate(Number(length ?? 0))),
    write: (buffer) => Effect.map(call("write", "write", () => file.write(buffer)), FileSystem.Size),
    writeAll: (buffer) => call("writeAll", "write", () => file.writeAll(buffer))
  }
}
