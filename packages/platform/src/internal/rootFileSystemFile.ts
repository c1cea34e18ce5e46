/** An open file whose errors contain no host path. It is closed when its scope ends. */
import { isPlatformError, type PlatformError } from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Error.js"
import * as FileSystem from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import type { Failing } from "../VfsFileSystem.js"
import { CLOSED } from "./descriptor.js"
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
): Effect.Effect<FileSystem.File, never, Scope.Scope> => {
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
    get fd() {
      return rules.isOpen ? file.fd : FileSystem.FileDescriptor(CLOSED)
    },
    stat: call("stat", () => rules.stat(), () => file.stat),
    sync: call("sync", () => rules.sync(), () => file.sync),
    // Returns the result of the underlying file. Node's file returns the new position.
    seek: (offset, from) => Effect.tap(file.seek(offset, from), (sought: unknown) => rules.sought(sought)),
    read: (buffer) => call("read", () => rules.read(), () => file.read(buffer)),
    readAlloc: (size) => call("readAlloc", () => rules.readAlloc(Number(size)), () => file.readAlloc(size)),
    truncate: (length) => call("truncate", () => rules.truncate(Number(length ?? 0)), () => file.truncate(length)),
    write: (buffer) => call("write", () => rules.write(), () => file.write(buffer)),
    writeAll: (buffer) => call("writeAll", () => rules.write(), () => file.writeAll(buffer))
  }
  return Effect.acquireRelease(Effect.succeed(opened), () => Effect.sync(() => rules.close()))
}

/**
 * A sink into a file. The one that `FileSystem.make` derives ends before the file is closed, so it cannot fail if the
 * close fails. As a finalizer, the close of the underlying file reports its failure as a defect.
 *
 * @internal
 */
export const sinkInto = (
  path: string,
  open: Effect.Effect<FileSystem.File, PlatformError, Scope.Scope>
): Sink.Sink<void, Uint8Array, never, PlatformError> => {
  const failed = (defect: unknown) =>
    isPlatformError(defect) ? Effect.fail(fromUnknown("open", path, defect)) : Effect.die(defect)
  return Sink.unwrapScoped(Effect.gen(function*() {
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    const file = yield* Scope.extend(open, scope)
    const close = Effect.uninterruptible(Effect.catchAllDefect(Scope.close(scope, Exit.void), failed))
    return Sink.mapEffect(Sink.forEach((part: Uint8Array) => file.writeAll(part)), () => close)
  }))
}
