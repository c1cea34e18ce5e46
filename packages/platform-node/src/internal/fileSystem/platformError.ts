/** What an operation failed with as a `PlatformError`. */
import { BadArgument, type PlatformError, SystemError } from "@effect/platform/Error"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as FileSystemError from "@procfsroot/platform/FileSystemError"
import { type ResolveError, RootClosed } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import * as Errno from "@procfsroot/vfs/Errno"
import * as Either from "effect/Either"

/**
 * What is open, and closes with its last user.
 *
 * @internal
 */
export interface Retainable<R> {
  readonly isOpen: boolean
  readonly retain: () => R
  readonly close: () => void
}

interface Operation {
  readonly method: string
  readonly subject: string | number
  readonly texts?: ReadonlyArray<string>
}

const resolveError = (root: string, { outcome, path }: Errno.Unresolved): ResolveError | undefined =>
  outcome === undefined
    ? Root.refusal(root, path)
    : Either.getOrUndefined(Either.flip(Root.fromOutcome(root, path, outcome)))

/**
 * `undefined` for what no operation fails with.
 *
 * @internal
 */
export const platformError =
  (root: string, handle: Pick<Retainable<unknown>, "isOpen">) =>
  ({ method, subject, texts = [] }: Operation, thrown: unknown): PlatformError | undefined => {
    if (Errno.isErrno(thrown)) {
      const { code, detail, syscall, unresolved } = thrown
      const path = String(subject)
      if (code === "EBADF" && !handle.isOpen && typeof subject === "string") {
        return FileSystemError.fromResolveError(method, new RootClosed({ root, path, at: RootedPath.root }), path)
      }
      const error = unresolved && resolveError(root, unresolved)
      if (error !== undefined) return FileSystemError.fromResolveError(method, error, path, syscall)
      return FileSystemError.fromFailure(method, subject, {
        code: detail?.code ?? code,
        ...(syscall === undefined ? {} : { syscall })
      })
    }
    if (Errno.isBadArgument(thrown)) {
      const code = thrown.code === "EILSEQ" ? "EILSEQ" : "EINVAL"
      const refusal = texts.map((text) => Root.refusal(root, text)).find((known) =>
        known?._tag === "InvalidPath" && known.code === code
      )
      return refusal === undefined
        ? new BadArgument({ module: "FileSystem", method, description: thrown.message, cause: Errno.toError(thrown) })
        : FileSystemError.fromResolveError(method, refusal, String(subject))
    }
    if (!Errno.isWriteZero(thrown)) return undefined
    return new SystemError({
      module: "FileSystem",
      method,
      reason: "WriteZero",
      pathOrDescriptor: subject,
      description: "nothing was written, and no error reported"
    })
  }
