/** An open file whose errors contain no host path. It is closed when its scope ends. */
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type { Scope } from "effect/Scope"
import type { Failing } from "../VfsFileSystem.js"
import { errorOf, fromUnknown } from "./fileSystemError.js"

/** @internal */
export const toError = (failing: Failing, thrown: HostFileSystem.Thrown): PlatformError =>
  thrown._tag === "Failure"
    ? fromUnknown(failing.method, failing.subject, thrown.error)
    : errorOf(failing, thrown)

/** @internal */
export const openFile = (
  file: FileSystem.File,
  path: string,
  flag: FileSystem.OpenFlag
): Effect.Effect<FileSystem.File, never, Scope> => {
  const rules = HostFileSystem.openFile(flag)

  const call = <A>(
    method: string,
    check: () => void,
    begin: () => Effect.Effect<A, PlatformError>
  ): Effect.Effect<A, PlatformError> =>
    Effect.suspend(() => {
      try {
        check()
      } catch (thrown) {
        if (HostFileSystem.isThrown(thrown)) return Effect.fail(toError({ method, subject: path }, thrown))
        throw thrown
      }
      return Effect.mapError(begin(), (error) => fromUnknown(method, path, error))
    })

  const opened: FileSystem.File = {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    stat: call("stat", () => rules.stat(), () => file.stat),
    sync: call("sync", () => rules.sync(), () => file.sync),
    seek: (offset, from) =>
      call("seek", () => {}, () => Effect.tap(file.seek(offset, from), (at) => Effect.sync(() => rules.sought(at)))),
    read: (buffer, options) => call("read", () => rules.read(options?.position), () => file.read(buffer, options)),
    readAlloc: (size, options) =>
      call("readAlloc", () => rules.readAlloc(size, options?.position), () => file.readAlloc(size, options)),
    truncate: (length) => call("truncate", () => rules.truncate(length ?? 0), () => file.truncate(length)),
    write: (buffer) => call("write", () => rules.write(), () => file.write(buffer)),
    writeAll: (buffer) => call("writeAll", () => rules.write(), () => file.writeAll(buffer))
  }
  return Effect.acquireRelease(Effect.succeed(opened), () => Effect.sync(() => rules.close()))
}
